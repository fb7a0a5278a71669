import { isDeepStrictEqual } from 'node:util';
import {
  MillraceError,
  type AssignedVersion,
  type NodeAssignment,
  type PredictionLogStatus,
  type ReferenceProfile,
  type VersionState,
  type RoutedCounts,
} from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { HeldVersion } from '../engine/residency/held-version.ts';
import type { InferenceEngine } from '../engine/inference-engine.ts';
import type { ShadowReport } from '../serving/shadow-comparer.ts';
import type { AssignmentApplier } from './assignment-applier.ts';
import type { ControlPlaneClient, HeartbeatReport, MeasurementResult, NodeRegistration, VersionStats } from './control-plane-client.ts';
import { Measurements } from './measurements.ts';
import type { NodeState, NodeStateFile } from './node-state-file.ts';
import { readAssignment, type ReadAssignment } from './read-assignment.ts';

/** The counts of a process begin with it. */
const STARTED_AT = new Date(performance.timeOrigin).toISOString();

/** Profiles of versions that are no longer assigned. */
const FORMER_PROFILES = 32;

interface NodeAgentOptions {
  readonly client: ControlPlaneClient;
  readonly registration: NodeRegistration;
  readonly applier: AssignmentApplier;
  readonly engine: InferenceEngine;
  readonly stateFile: NodeStateFile;
  readonly logger: Logger;
  readonly heartbeatMilliseconds: number;
  readonly predictionLog: () => PredictionLogStatus;
  readonly shadows: () => readonly ShadowReport[];
  readonly routed: () => RoutedCounts[];
  /** Told who may predict, with every assignment and before it is applied: a token that was revoked is refused at once. */
  readonly replaceAccess: (access: NodeAssignment['access']) => void;
  /** Hands closed segments over; called after every exchange with the control plane. */
  readonly uploadSegments: (nodeId: string) => void;
  readonly measure: (version: AssignedVersion) => Promise<MeasurementResult>;
}

/** Keeps the node and the control plane in step: registers, reports, pulls the assignment, measures what it is asked to measure. */
export class NodeAgent {
  private readonly options: NodeAgentOptions;
  private nodeId: string | undefined;
  private registered = false;
  private draining = false;
  private reachable = true;
  private reporting = false;
  private isRemembered = true;
  private remembered: NodeState['fallback'] = { versions: [], endpoints: [] };
  private assignment: NodeAssignment | undefined;
  /** Versions of the assignment that this node cannot read. */
  private unreadable: readonly VersionState[] = [];
  private readonly profiles = new Map<string, ReferenceProfile>();
  private readonly measurements: Measurements;
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();
  /** Aborted when what is being applied is not to be waited for any more: a newer assignment has come, or the node stops. */
  private overtaken = new AbortController();

  constructor(options: NodeAgentOptions) {
    this.options = options;
    this.measurements = new Measurements(options);
  }

  get isReady(): boolean {
    return !this.draining && this.options.applier.isReady;
  }

  /** Whether this node may be counted on: it has taken up what it was assigned, be it nothing, and is not about to stop. */
  get isTakenUp(): boolean {
    return !this.draining && this.options.applier.isTakenUp;
  }

  /** The id that the control plane gave this node, now or before a restart. */
  get id(): string | undefined {
    return this.nodeId;
  }

  profileOf(modelVersionId: string): ReferenceProfile | undefined {
    return this.profiles.get(modelVersionId);
  }

  /** Takes up what the node remembers, so that it serves before (and without) a word from the control plane. */
  async restore(): Promise<void> {
    const state = await this.options.stateFile.read();
    if (state === undefined) return;
    this.nodeId = state.nodeId;
    for (const [id, profile] of Object.entries(state.profiles)) this.profiles.set(id, profile);
    const { assignment, fallback } = state;
    // What was served before the restart, although something else was assigned, is served again until that can be.
    if (fallback.versions.length > 0) await this.options.applier.apply(withFallback(assignment, fallback));
    await this.take({ assignment, unreadable: [] });
  }

  /** Beats until `stop`. */
  start(): void {
    const beat = (): void => {
      void this.beat().then(() => {
        if (!this.draining) this.timer = setTimeout(beat, this.options.heartbeatMilliseconds);
      });
    };
    beat();
  }

  /** From now on the node is not ready. */
  drain(): void {
    this.draining = true;
    this.overtaken.abort();
  }

  /** Ends the beat and tells the control plane that the node goes. */
  async stop(): Promise<void> {
    this.drain();
    clearTimeout(this.timer);
    await this.beating;
    await this.exchange();
  }

  /** One exchange with the control plane, and further ones while it has news, so that a change is confirmed at once. Waits for the one in flight. */
  beat(): Promise<void> {
    this.beating = this.beating.then(async () => {
      while (await this.exchange()) if (this.draining) return;
    });
    return this.beating;
  }

  /** Resolves when no measurement runs. */
  measurementsDone(): Promise<void> {
    return this.measurements.done();
  }

  private async exchange(): Promise<boolean> {
    const { logger, uploadSegments } = this.options;
    try {
      const news = await this.ask();
      if (!this.reachable) logger.info('control plane reached again');
      this.reachable = true;
      if (this.nodeId !== undefined) uploadSegments(this.nodeId);
      if (this.draining) return false;
      const isNew = news !== undefined && news.assignment.generation !== this.assignment?.generation;
      if (news !== undefined && isNew) {
        this.isRemembered = false;
        await this.take(news);
      } else await this.tryAgain();
      await this.remember();
      this.measurements.begin(news?.assignment ?? this.assignment);
      return isNew;
    } catch (thrown) {
      const error = MillraceError.wrap(thrown);
      // The node is gone, or its token was taken off it: a new registration tells.
      if (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN') this.registered = false;
      if (this.reachable) logger.warn('no word with the control plane; serving goes on', { code: error.code, error: error.message });
      this.reachable = false;
      if (!this.draining) await this.tryAgain();
      return false;
    }
  }

  /** Loads what could not be loaded for a passing reason, and what has died since; the control plane is not needed for that. */
  private async tryAgain(): Promise<void> {
    if (this.assignment !== undefined && this.options.applier.isWorthRetrying) await this.apply(this.assignment);
  }

  private async ask(): Promise<ReadAssignment | undefined> {
    const { client, registration } = this.options;
    if (this.registered && this.nodeId !== undefined) {
      const news = await client.heartbeat(this.report(this.nodeId));
      return news === undefined ? undefined : readAssignment(news);
    }
    const { nodeId, assignment } = await client.registerNode(registration);
    const read = readAssignment(assignment);
    this.nodeId = nodeId;
    this.registered = true;
    return read;
  }

  private async take({ assignment, unreadable }: ReadAssignment): Promise<void> {
    this.assignment = assignment;
    this.unreadable = unreadable;
    for (const { modelVersionId, error } of unreadable) this.options.logger.error('version cannot be read', { modelVersionId, error: error?.message });
    this.options.replaceAccess(assignment.access);
    this.rememberProfiles(assignment);
    await this.apply(assignment);
  }

  /** Of the versions that went, only the newest may still have rows in a segment that a crash leaves open. */
  private rememberProfiles({ versions }: NodeAssignment): void {
    for (const { modelVersionId, referenceProfile } of versions) {
      this.profiles.delete(modelVersionId);
      if (referenceProfile !== null) this.profiles.set(modelVersionId, referenceProfile);
    }
    const surplus = this.profiles.size - versions.length - FORMER_PROFILES;
    for (const modelVersionId of [...this.profiles.keys()].slice(0, Math.max(0, surplus))) this.profiles.delete(modelVersionId);
  }

  /** A long load is no silence: the control plane goes on hearing of this node. */
  private async apply(assignment: NodeAssignment): Promise<void> {
    const timer = setInterval(() => void this.reportMeanwhile(assignment), this.options.heartbeatMilliseconds);
    if (!this.draining) this.overtaken = new AbortController();
    try {
      await this.options.applier.apply(assignment, this.overtaken.signal);
    } finally {
      clearInterval(timer);
    }
  }

  /** Of what it is answered, who may predict is taken up now. The rest comes again with the next beat, which is at once: nothing waits for loads that nobody may want any more. */
  private async reportMeanwhile(assignment: NodeAssignment): Promise<void> {
    if (this.reporting || !this.registered || this.nodeId === undefined) return;
    this.reporting = true;
    try {
      const news = await this.options.client.heartbeat(this.report(this.nodeId));
      const read = news === undefined ? undefined : readAssignment(news).assignment;
      if (read === undefined || this.assignment !== assignment || read.generation <= assignment.generation) return;
      this.options.replaceAccess(read.access);
      this.overtaken.abort();
    } catch (error) {
      this.options.logger.debug('heartbeat during a load failed', { error: String(error) });
    } finally {
      this.reporting = false;
    }
  }

  private async remember(): Promise<void> {
    const { nodeId, assignment } = this;
    const fallback = this.options.applier.fallback();
    const isSame = this.isRemembered && isDeepStrictEqual(fallback, this.remembered);
    if (isSame || nodeId === undefined || assignment === undefined) return;
    const state: NodeState = { nodeId, assignment, fallback, profiles: Object.fromEntries(this.profiles) };
    try {
      await this.options.stateFile.write(state);
      this.isRemembered = true;
      this.remembered = fallback;
    } catch (error) {
      this.options.logger.error('assignment could not be remembered; a restart without the control plane would serve the one before', { error: String(error) });
    }
  }

  private report(nodeId: string): HeartbeatReport {
    const { applier, engine, predictionLog, routed, shadows } = this.options;
    return {
      nodeId,
      draining: this.draining,
      servedGeneration: applier.servedGeneration,
      versionStates: [...applier.states(), ...this.unreadable],
      stats: {
        countedSince: STARTED_AT,
        versions: engine.held().map(statsOf),
        routed: routed(),
        predictionLog: predictionLog(),
        residentBytes: process.memoryUsage.rss(),
        shadows: shadows(),
      },
    };
  }
}

function withFallback(assignment: NodeAssignment, { versions, endpoints }: NodeState['fallback']): NodeAssignment {
  const names = new Set(endpoints.map(({ name }) => name));
  return {
    ...assignment,
    versions: [...assignment.versions, ...versions],
    endpoints: [...assignment.endpoints.filter(({ name }) => !names.has(name)), ...endpoints],
  };
}

function statsOf(version: HeldVersion): VersionStats {
  const { assigned, counts, provider, maximumBatchRows, residence, residentBytes } = version;
  const { isolation } = version.isolation;
  const { sheds, queuedRows, latency } = version.statistics();
  return {
    modelVersionId: assigned.modelVersionId,
    ...counts,
    // Copies for the shadow that were dropped are no failures of the version.
    errors: counts.errors - sheds.shadow,
    latency: [...latency],
    provider,
    isolation,
    maximumBatchRows,
    queuedRows,
    sheds,
    residence,
    residentBytes,
  };
}
