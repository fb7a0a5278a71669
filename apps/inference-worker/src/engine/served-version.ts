import { MillraceError, type AssignedVersion, type ExecutionProvider, type TensorSpec } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { BatchQueue, type BatchLimits } from './queue/batch-queue.ts';
import type { BatchSizeMemory } from './batching/batch-size-memory.ts';
import { measureRunCost, type MeasuredCost } from './batching/measure-run-cost.ts';
import type { RunCost } from './memory/run-cost.ts';
import { chooseProviders } from './session/choose-providers.ts';
import { openSession, type OpenedSession } from './session/open-session.ts';
import type { RunRequest } from './run-request.ts';
import { LiveSession } from './session/live-session.ts';
import { withinLoadLimit } from './session/load-limit.ts';
import type { RestartPolicy } from './session/restart-plan.ts';
import type { SessionHealth } from './session-health.ts';
import { SessionInstance } from './session/session-instance.ts';
import { StatisticsRecorder } from './statistics/statistics-recorder.ts';
import type { NamedTensors } from './tensor/tensor.ts';
import type { VersionStatistics } from './statistics/version-statistics.ts';
import type { Isolation } from './session/isolation.ts';
import { chooseHome, type Home, type HomeOptions } from './inspection/choose-home.ts';
import { findBatching, warmUp, type Batching } from './batching/warm-up.ts';
import { Trial } from './batching/trial.ts';

/** How a version is loaded on this node. */
export interface LoadOptions extends HomeOptions {
  /** What this node prefers; a model that names no providers runs on it. */
  readonly provider: ExecutionProvider;
  /** Those that were found to work on this machine. Nothing: `provider` and the CPU. */
  readonly workingProviders?: readonly ExecutionProvider[] | undefined;
  /** Of a model that does not set its own. `maximumBatchRows` bounds what a sweep may find. */
  readonly limits: BatchLimits;
  /** Batch sizes that were found before; nothing: every load sweeps. */
  readonly batchSizes?: BatchSizeMemory | undefined;
  /** No warm-up run of a further batch size is begun after this long; nothing: half a second. */
  readonly warmUpMilliseconds?: number | undefined;
  /** How sessions that end are replaced. */
  readonly restarts?: RestartPolicy | undefined;
  /** A load that takes longer is given up; nothing: two minutes. */
  readonly loadTimeoutMilliseconds?: number | undefined;
  /** A run that takes longer is given up with its session, where the model does not say; nothing: a minute. */
  readonly runTimeoutMilliseconds?: number | undefined;
  /** What one run may take in memory; nothing: as much as there is. A request whose run would take more is refused. */
  readonly runLimitBytes?: (() => number) | undefined;
  /** What runs of models were measured to take, by artifact and provider; nothing: every load measures. */
  readonly runCosts?: Map<string, MeasuredCost> | undefined;
  readonly logger?: Pick<Logger, 'info' | 'warn'> | undefined;
}

/** What a version has done since it was loaded. */
export interface VersionCounts {
  readonly requests: number;
  readonly errors: number;
  readonly rows: number;
}

/** What a load brings. */
interface Opened {
  readonly sessions: readonly OpenedSession[];
  readonly batching: Batching;
  readonly isolationReason: string | undefined;
  readonly takesNoEmpty: string | undefined;
  /** Undefined where it could not be measured. */
  readonly cost: MeasuredCost | undefined;
}

/** A model version that is loaded: its sessions and its queue. */
export class ServedVersion {
  readonly assigned: AssignedVersion;
  /** The execution provider that runs this version. */
  readonly provider: ExecutionProvider;
  /** Why its sessions have processes of their own though nobody asked for it; undefined where they have not. */
  readonly isolationReason: string | undefined;
  /** The outputs as the runtime gives them: shapes that the signature has wrong are corrected. */
  readonly outputs: readonly TensorSpec[];
  /** Made-up inputs that it takes; undefined where it took none. */
  readonly trial: Trial | undefined;
  private readonly instances: readonly SessionInstance[];
  private readonly queue: BatchQueue;
  private readonly recorder = new StatisticsRecorder();
  /** What its largest usual run takes in memory, for every session. */
  readonly runBytes: number;
  private readonly cost: RunCost | undefined;
  /** Why a request with a tensor without elements is refused: whoever sends some of them would take the model from all. */
  private readonly takesNoEmpty: string | undefined;
  private readonly runLimitBytes: () => number;
  private readonly runTimeoutMilliseconds: number;
  private lastEnd: SessionHealth['lastEnd'];
  private sayDied: (error: MillraceError) => void = () => undefined;
  /** Resolves, with the reason, when every session has ended again and again, and none is opened any more. */
  readonly died: Promise<MillraceError> = new Promise((resolve) => {
    this.sayDied = resolve;
  });

  private constructor(assigned: AssignedVersion, { sessions, batching, isolationReason, takesNoEmpty, cost }: Opened, options: LoadOptions) {
    this.cost = cost?.cost;
    this.takesNoEmpty = takesNoEmpty;
    this.runBytes = (cost?.usualBytes ?? 0) * sessions.length;
    this.runLimitBytes = options.runLimitBytes ?? (() => Infinity);
    this.isolationReason = isolationReason;
    const { serving, modelVersionId } = assigned;
    const { limits, restarts, logger } = options;
    this.assigned = assigned;
    this.outputs = batching.outputs;
    this.trial = sessions[0]?.trial instanceof Trial ? sessions[0].trial : undefined;
    this.provider = sessions[0]?.options.provider ?? 'cpu';
    const onEnded = (reason: string): void => {
      this.lastEnd = { reason, at: new Date() };
      logger?.warn('session ended and is replaced', { modelVersionId, reason });
    };
    const limitsOfTime = timeLimits(assigned, options);
    this.runTimeoutMilliseconds = limitsOfTime.runTimeoutMilliseconds;
    const shared = {
      restarts,
      ...limitsOfTime,
      onEnded,
      onChange: (): void => this.noticeChange(),
    };
    this.instances = sessions.map(({ session, options: opened }) => new SessionInstance(session, { session: opened, ...shared }));
    this.queue = new BatchQueue({
      runners: this.instances,
      unbatchedReason: batching.unbatchedReason,
      statistics: this.recorder,
      limits: {
        maximumBatchRows: batching.maximumBatchRows,
        maximumQueuedRows: serving.maximumQueuedRows ?? limits.maximumQueuedRows,
        maximumQueuedBytes: serving.maximumQueuedBytes ?? limits.maximumQueuedBytes,
      },
      delayMilliseconds: serving.maximumQueueDelayMicroseconds / 1000,
      timeoutMilliseconds: serving.queueTimeoutMicroseconds === null ? Infinity : serving.queueTimeoutMicroseconds / 1000,
    });
  }

  /**
   * Chooses the provider and where the sessions live, verifies the digest, creates them, compares the graph with the signature, finds the
   * batch size and runs every size in use once. Throws `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `MODEL_INVALID`, `SIGNATURE_MISMATCH`,
   * `TIMEOUT` when it takes too long, what `signal` was aborted with, or `UNAVAILABLE` (not retryable) for a required provider that does
   * not work here; nothing stays loaded then.
   */
  static async load(assigned: AssignedVersion, artifactPath: string, options: LoadOptions, signal?: AbortSignal): Promise<ServedVersion> {
    const limit = { milliseconds: timeLimits(assigned, options).loadTimeoutMilliseconds, signal };
    // A rehearsal is a load of its own.
    const home = await withinLoadLimit(limit, (inTime) => chooseHome(assigned, artifactPath, options, inTime));
    const loading = withinLoadLimit(limit, (inTime) => ServedVersion.#load(assigned, artifactPath, home, options, inTime));
    return loading.finally(() => options.suspects?.loaded(assigned.artifactDigest));
  }

  static async #load(
    assigned: AssignedVersion,
    artifactPath: string,
    { isolation, reason, inspection }: Home,
    options: LoadOptions,
    signal: AbortSignal,
  ): Promise<ServedVersion> {
    const { provider: preferred, workingProviders = [...new Set([preferred, 'cpu'] as const)], limits, batchSizes, sessionEntry, logger } = options;
    const { modelVersionId } = assigned;
    const providers = chooseProviders(assigned.serving, { preferred, working: workingProviders });
    const onPassedOver = (provider: ExecutionProvider, error: MillraceError): void =>
      logger?.warn('execution provider cannot run this version', { modelVersionId, provider, error: error.message });
    const { memoryLimitBytes, suspects } = options;
    if (isolation === 'thread') suspects?.begin(assigned.artifactDigest);
    // Made-up inputs could end what may be ended, and would show nothing of use.
    const untriedBecause = inspection.rows.proven || !inspection.isDangerous ? undefined : inspection.needsProcess;
    const first = await openSession({
      assigned,
      artifactPath,
      providers,
      entry: sessionEntry,
      isolation,
      memoryLimitBytes,
      signal,
      untriedBecause,
      onPassedOver,
    });
    const sessions = [first];
    try {
      const { warmUpMilliseconds } = options;
      if (!(first.trial instanceof Trial)) logger?.warn('version could not be tried with made-up inputs', { modelVersionId, error: first.trial.message });
      const batching = await findBatching(assigned, first, { verdict: inspection.rows, limits, memory: batchSizes, warmUpMilliseconds });
      const cost = await costOf(assigned, first, batching, options);
      while (sessions.length < assigned.serving.instances) {
        const session = await LiveSession.open(first.options, signal);
        sessions.push({ session, trial: first.trial, options: first.options });
        await warmUp(first.trial, session, batching.maximumBatchRows, warmUpMilliseconds);
      }
      logger?.info('version runs', {
        modelVersionId,
        provider: first.options.provider,
        isolation,
        isolationReason: reason,
        instances: sessions.length,
        maximumBatchRows: batching.maximumBatchRows,
        unbatchedReason: batching.unbatchedReason,
      });
      return new ServedVersion(assigned, { sessions, batching, isolationReason: reason, takesNoEmpty: inspection.takesNoEmpty, cost }, options);
    } catch (error) {
      await Promise.all(sessions.map(({ session }) => session.close()));
      throw error;
    }
  }

  /** Rows that wait for a session. */
  get queuedRows(): number {
    return this.queue.rowsWaiting;
  }

  /** Requests are joined up to this many rows; 1 where they are not joined. */
  get maximumBatchRows(): number {
    return this.queue.maximumBatchRows;
  }

  /** Whether requests are joined. */
  get batchable(): boolean {
    return this.unbatchedReason === undefined;
  }

  /** Why requests are not joined; undefined where they are. */
  get unbatchedReason(): string | undefined {
    return this.queue.unbatchedReason;
  }

  /** Whether nothing waits and nothing runs. */
  get isIdle(): boolean {
    return this.queue.isIdle;
  }

  /** Whether every session of this version ended again and again and was given up; it answers `UNAVAILABLE` from then on. */
  get hasDied(): boolean {
    return this.instances.every(({ isGivenUp }) => isGivenUp);
  }

  /** Where its sessions live now. */
  get isolation(): Isolation {
    return this.instances.some(({ isolation }) => isolation === 'process') ? 'process' : 'thread';
  }

  get health(): SessionHealth {
    const state = this.hasDied ? 'failed' : this.instances.some(({ isAlive }) => isAlive) ? 'running' : 'restarting';
    return { state, restarts: this.instances.reduce((sum, { restarts }) => sum + restarts, 0), lastEnd: this.lastEnd };
  }

  statistics(): VersionStatistics {
    return this.recorder.report(this.queuedRows);
  }

  get counts(): VersionCounts {
    return this.recorder.counts;
  }

  /** Runs one request through the queue and counts it. Rejects with `UNAVAILABLE`, `TIMEOUT`, `CANCELLED`, `BAD_INPUT` for a tensor without elements that would end the session, `REQUEST_TOO_LARGE` when its run would take more memory than there is, or `MODEL_INVALID` when the model fails. */
  infer(request: RunRequest): Promise<NamedTensors> {
    const empty = this.takesNoEmpty === undefined ? undefined : emptyIn(request.inputs);
    if (empty !== undefined)
      return this.queue.refuse(new MillraceError('BAD_INPUT', `input "${empty}" has no elements, and this model takes none: ${this.takesNoEmpty}`));
    const bytes = this.cost?.of(request.inputs, request.rows) ?? 0;
    if (bytes > this.runLimitBytes()) return this.queue.refuse(tooLarge(bytes, this.runLimitBytes(), request.rows));
    return this.queue.submit(request);
  }

  /**
   * Lets everything that was submitted finish, then releases the sessions. What has not finished by the time that one run may take, or when
   * `signal` is aborted, is refused, and its session ended.
   */
  async drainAndRelease(signal?: AbortSignal): Promise<void> {
    const gone = new MillraceError('UNAVAILABLE', `model version ${this.assigned.modelVersionId} was taken out of service on this node; retry later`);
    const end = (): void => this.end(gone);
    const timer = setTimeout(end, this.runTimeoutMilliseconds);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    await this.queue.drain();
    clearTimeout(timer);
    this.queue.close(gone);
    await Promise.all(this.instances.map((instance) => instance.close()));
    signal?.removeEventListener('abort', end);
  }

  /** Ends its sessions now, whatever they do: what was submitted is refused with this error. */
  end(error: MillraceError): void {
    this.queue.close(error);
    for (const instance of this.instances) instance.end(error);
  }

  private noticeChange(): void {
    if (this.hasDied) {
      const reason = this.lastEnd === undefined ? '' : ` (${this.lastEnd.reason})`;
      const message = `the sessions of model version ${this.assigned.modelVersionId} end again and again${reason}; it is tried again from time to time`;
      const error = new MillraceError('UNAVAILABLE', message);
      this.queue.close(error);
      this.sayDied(error);
    } else {
      this.queue.wake();
    }
  }
}

const DEFAULT_LOAD_MILLISECONDS = 120_000;
const DEFAULT_RUN_MILLISECONDS = 60_000;

function timeLimits({ serving }: AssignedVersion, options: LoadOptions): { readonly loadTimeoutMilliseconds: number; readonly runTimeoutMilliseconds: number } {
  const { loadTimeoutMilliseconds = DEFAULT_LOAD_MILLISECONDS, runTimeoutMilliseconds = DEFAULT_RUN_MILLISECONDS } = options;
  return { loadTimeoutMilliseconds, runTimeoutMilliseconds: serving.runTimeoutMilliseconds ?? runTimeoutMilliseconds };
}

/** Measured once for each artifact on each provider: a version that was evicted and is asked again does not wait for it. */
async function costOf(
  { artifactDigest }: AssignedVersion,
  { session, trial, options: { provider } }: OpenedSession,
  batching: Batching,
  options: LoadOptions,
): Promise<MeasuredCost | undefined> {
  if (!(trial instanceof Trial)) return undefined;
  const key = `${artifactDigest} ${provider}`;
  const known = options.runCosts?.get(key);
  if (known !== undefined) return known;
  const cost = await measureRunCost(trial, session, batching.maximumBatchRows);
  options.runCosts?.set(key, cost);
  return cost;
}

function emptyIn(inputs: NamedTensors): string | undefined {
  for (const name in inputs) if (inputs[name]?.data.length === 0) return name;
  return undefined;
}

function tooLarge(bytes: number, limitBytes: number, rows: number): MillraceError {
  const [needs, has] = [bytes, limitBytes].map((size) => `${Math.ceil(size / 2 ** 20)} MiB`);
  const message = `a run of these inputs would take about ${needs} of memory, and models of this node have ${has}; send ${rows > 1 ? 'fewer or ' : ''}smaller rows`;
  return new MillraceError('REQUEST_TOO_LARGE', message, { fields: { needBytes: Math.ceil(bytes), limitBytes, rows } });
}
