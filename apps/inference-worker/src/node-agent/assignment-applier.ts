import { isDeepStrictEqual } from 'node:util';
import { MillraceError, type AssignedVersion, type NodeAssignment, type VersionState } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { FilesystemStore } from '@millrace/storage';
import type { InferenceEngine } from '../engine/inference-engine.ts';
import { Turnstile } from '../engine/residency/turnstile.ts';
import type { EndpointRoute, RouteTable } from '../serving/route-table.ts';
import type { RoutedCounter } from '../serving/routed-counter.ts';
import type { ShadowComparer } from '../serving/shadow-comparer.ts';
import type { ControlPlaneClient } from './control-plane-client.ts';
import { downloadArtifact } from './local-artifact.ts';
import { VersionFailures } from './version-failures.ts';
import { versionStateOf } from './version-state.ts';
import { workingTraffic } from './working-traffic.ts';

interface AssignmentApplierOptions {
  readonly engine: InferenceEngine;
  readonly routes: RouteTable;
  /** Artifacts that this node has downloaded. */
  readonly artifacts: FilesystemStore;
  readonly shadows: Pick<ShadowComparer, 'keep'>;
  readonly routed: Pick<RoutedCounter, 'keep'>;
  readonly client: Pick<ControlPlaneClient, 'downloadArtifact'>;
  readonly logger: Logger;
  /** A load that takes longer does not hold up the assignment; nothing: 10 s. */
  readonly lateMilliseconds?: number | undefined;
}

interface Pending {
  readonly version: AssignedVersion;
  /** By `performance.now()`: after that nobody waits for it. */
  readonly lateAt: number;
  readonly done: Promise<void>;
}

const LATE_MILLISECONDS = 10_000;
/** Artifacts that are fetched at a time. */
const DOWNLOADS = 4;

/**
 * Makes the node serve what it was assigned, without a failed request: new versions are loaded beside the old ones, each endpoint goes over
 * to its new traffic when the versions of it are there, and the versions that nobody needs any more drain and go. A version that hangs
 * holds up its own endpoint only, and can be withdrawn meanwhile.
 */
export class AssignmentApplier {
  readonly #options: AssignmentApplierOptions;
  readonly #failures = new VersionFailures();
  readonly #pending = new Map<string, Pending>();
  readonly #downloads = new Turnstile(DOWNLOADS);
  #assignment: NodeAssignment | undefined;
  #optional: ReadonlySet<string> = new Set();
  /** Whether an assignment was ever taken up. */
  #hasStarted = false;
  #generation = 0;

  constructor(options: AssignmentApplierOptions) {
    this.#options = options;
  }

  /** The newest generation that was taken up: every version of it is loaded, has failed, or is late, and the routes are in place for those that are loaded. */
  get servedGeneration(): number {
    return this.#generation;
  }

  /**
   * Whether some version that gets traffic can answer, and every required one. An evicted version can, by a load; what is being
   * loaded for the next assignment changes nothing.
   */
  get isReady(): boolean {
    const { engine, routes } = this.#options;
    const live = routes.all().flatMap(({ traffic }) => traffic.filter(({ weight }) => weight > 0).map(({ modelVersionId }) => modelVersionId));
    const silent = live.filter((id) => engine.find(id)?.canAnswer !== true);
    return this.#hasStarted && silent.length < live.length && silent.every((id) => this.#optional.has(id));
  }

  /** Whether this node has taken up what it was assigned, be it nothing: another one may be started or stopped. */
  get isTakenUp(): boolean {
    return this.#hasStarted && (this.isReady || !this.#hasTraffic);
  }

  /** Whether applying the same assignment again may bring it further: a load failed for a passing reason, or sessions died. */
  get isWorthRetrying(): boolean {
    return this.#failures.isWorthRetrying || this.#options.engine.held().some(({ canAnswer, mayTryAgain }) => !canAnswer && mayTryAgain);
  }

  /** Why a version could not be loaded; undefined where it could, or is being loaded. */
  failureOf(modelVersionId: string): MillraceError | undefined {
    return this.#failures.of(modelVersionId)?.error;
  }

  states(): readonly VersionState[] {
    const { engine } = this.#options;
    return (this.#assignment?.versions ?? []).map(({ modelVersionId }) =>
      versionStateOf(modelVersionId, { held: engine.find(modelVersionId), failure: this.#failures.of(modelVersionId) }),
    );
  }

  /** Digests of the artifacts that are assigned or loaded; undefined before anything was assigned. */
  digestsInUse(): ReadonlySet<string> | undefined {
    if (this.#assignment === undefined) return undefined;
    const held = this.#options.engine.held().map(({ assigned }) => assigned);
    return new Set([...this.#assignment.versions, ...held].map(({ artifactDigest }) => artifactDigest));
  }

  /** What the node serves beside or instead of what it was assigned, because that cannot be served: the versions, and the routes in place. */
  fallback(): Pick<NodeAssignment, 'versions' | 'endpoints'> {
    const { engine, routes } = this.#options;
    const assigned = new Set(this.#assignment?.versions.map(({ modelVersionId }) => modelVersionId));
    const endpoints = routes.all().filter(({ traffic }) => traffic.some(({ modelVersionId }) => !assigned.has(modelVersionId)));
    const ids = new Set(endpoints.flatMap(({ traffic }) => traffic.map(({ modelVersionId }) => modelVersionId)));
    const versions = engine
      .held()
      .flatMap(({ assigned: version }) => (ids.has(version.modelVersionId) && !assigned.has(version.modelVersionId) ? [version] : []));
    return { versions, endpoints: versions.length === 0 ? [] : endpoints };
  }

  /** Resolves when every version is loaded or has failed, when what is left is late, when another assignment is applied, or when `signal` is aborted. */
  async apply(assignment: NodeAssignment, signal?: AbortSignal): Promise<void> {
    const { engine, logger } = this.#options;
    this.#assignment = assignment;
    const assigned = new Set(assignment.versions.map(({ modelVersionId }) => modelVersionId));
    this.#failures.keep(assigned);
    for (const id of engine.loadingIds()) if (!assigned.has(id)) engine.cancelLoad(id);
    this.#optional = new Set(assignment.versions.filter(({ serving }) => !serving.required).map(({ modelVersionId }) => modelVersionId));
    for (const version of assignment.versions) this.#begin(version);
    this.settle();
    await this.#settled(signal);
    if (this.#assignment !== assignment || signal?.aborted === true) return;
    this.settle();
    this.#hasStarted = true;
    this.#generation = assignment.generation;
    logger.info('assignment applied', {
      generation: assignment.generation,
      versions: assignment.versions.length,
      failed: this.#failures.size,
      late: this.#pending.size,
      endpoints: assignment.endpoints.length,
    });
  }

  /** Brings the routes in line with what can answer now, and lets go of what nobody needs. */
  settle(): void {
    const { engine, routes, shadows, routed, logger } = this.#options;
    const assignment = this.#assignment;
    if (assignment === undefined) return;
    const coming = assignment.endpoints.filter((endpoint) => this.#isComing(endpoint));
    routes.replace(
      assignment.endpoints.filter((endpoint) => !coming.includes(endpoint)).map((endpoint) => this.#routeFor(endpoint)),
      coming.map(({ name }) => name),
    );
    shadows.keep(assignment.endpoints);
    routed.keep(assignment.endpoints);
    const needed = new Set(assignment.versions.map(({ modelVersionId }) => modelVersionId));
    for (const { traffic } of routes.all()) for (const { modelVersionId } of traffic) needed.add(modelVersionId);
    for (const { assigned } of engine.held()) {
      const { modelVersionId } = assigned;
      if (needed.has(modelVersionId)) continue;
      void engine.unload(modelVersionId).catch((error: unknown) => logger.error('version could not be released', { modelVersionId, error: String(error) }));
    }
  }

  get #hasTraffic(): boolean {
    return this.#assignment?.endpoints.some(({ traffic }) => traffic.some(({ weight }) => weight > 0)) === true;
  }

  #begin(version: AssignedVersion): void {
    const { modelVersionId } = version;
    const held = this.#options.engine.find(modelVersionId);
    if (isDeepStrictEqual(this.#pending.get(modelVersionId)?.version, version) || !this.#failures.mayTry(version)) return;
    if (held?.canAnswer === false && !held.mayTryAgain) return;
    const pending: Pending = {
      version,
      lateAt: performance.now() + (this.#options.lateMilliseconds ?? LATE_MILLISECONDS),
      done: this.#load(version).finally(() => {
        if (this.#pending.get(modelVersionId) === pending) this.#pending.delete(modelVersionId);
        this.settle();
      }),
    };
    this.#pending.set(modelVersionId, pending);
  }

  /** Never rejects. */
  async #load(version: AssignedVersion): Promise<void> {
    const { modelVersionId } = version;
    try {
      await this.#fetchAndLoad(version);
      this.#failures.loaded(modelVersionId);
    } catch (thrown) {
      const error = MillraceError.wrap(thrown);
      // Another definition of it has come, or none is wanted any more.
      if (this.#pending.get(modelVersionId)?.version !== version || error.code === 'CANCELLED') return;
      this.#failures.failed(version, error);
      this.#options.logger.warn('version could not be loaded', { modelVersionId, code: error.code, error: error.message });
    }
  }

  /** A copy that was damaged or lost on this disk is replaced once; one that arrives damaged is refused. */
  async #fetchAndLoad(version: AssignedVersion): Promise<void> {
    const { artifacts, client, engine } = this.#options;
    const refetch = (): Promise<void> => this.#downloads.pass(() => downloadArtifact({ artifacts, client }, version.artifactDigest));
    const held = engine.find(version.modelVersionId);
    const needsArtifact = held === undefined || held.needsOtherSession(version);
    if (needsArtifact && !(await artifacts.has(version.artifactDigest))) await refetch();
    // It may have been withdrawn meanwhile.
    if (this.#assignment?.versions.some(({ modelVersionId }) => modelVersionId === version.modelVersionId) !== true) return;
    await engine.load(version, artifacts.path(version.artifactDigest), refetch);
  }

  async #settled(signal: AbortSignal | undefined): Promise<void> {
    const assignment = this.#assignment;
    const isWanted = (): boolean => this.#assignment === assignment && signal?.aborted !== true;
    while (isWanted()) {
      const now = performance.now();
      const awaited = [...this.#pending.values()].filter(({ lateAt }) => lateAt > now);
      if (awaited.length === 0) return;
      const milliseconds = Math.max(...awaited.map(({ lateAt }) => lateAt)) - now;
      await firstOf(
        awaited.map(({ done }) => done),
        milliseconds,
        signal,
      );
    }
  }

  /** Whether the endpoint is new here and its versions are being loaded: until they are there it is not one that fails. */
  #isComing({ name, traffic }: EndpointRoute): boolean {
    if (this.#options.routes.find(name) !== undefined) return false;
    const now = performance.now();
    return traffic.some(({ modelVersionId, weight }) => weight > 0 && (this.#pending.get(modelVersionId)?.lateAt ?? 0) > now);
  }

  /** The new traffic when all its versions can answer; else that before while it can; else without those that cannot. */
  #routeFor(endpoint: EndpointRoute): EndpointRoute {
    const { engine, routes } = this.#options;
    const canAnswer = (id: string): boolean => engine.find(id)?.canAnswer === true;
    const live = endpoint.traffic.filter(({ weight }) => weight > 0);
    if (live.every(({ modelVersionId }) => canAnswer(modelVersionId))) return endpoint;
    const before = routes.find(endpoint.name)?.traffic.filter(({ weight }) => weight > 0) ?? [];
    if (before.length > 0 && before.every(({ modelVersionId }) => canAnswer(modelVersionId))) return { ...endpoint, traffic: before };
    return { ...endpoint, traffic: workingTraffic(endpoint.traffic, canAnswer) };
  }
}

/** Resolves with the first of the promises, when the time is over, or when `signal` is aborted. */
function firstOf(promises: readonly Promise<void>[], milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(stop, milliseconds);
    signal?.addEventListener('abort', stop);
    for (const promise of promises) void promise.then(stop);
  });
}
