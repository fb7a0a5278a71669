import { MillraceError, type AssignedVersion, type ExecutionProvider } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { BatchQueue, type BatchLimits } from './queue/batch-queue.ts';
import type { BatchSizeMemory } from './batching/batch-size-memory.ts';
import { chooseProviders } from './session/choose-providers.ts';
import { openSession, type OpenedSession } from './session/open-session.ts';
import type { RunRequest } from './run-request.ts';
import { SessionInstance, type ReplacementPolicy } from './session/session-instance.ts';
import { SessionThread } from './session/session-thread.ts';
import { StatisticsRecorder } from './statistics/statistics-recorder.ts';
import type { NamedTensors } from './tensor/tensor.ts';
import type { VersionStatistics } from './statistics/version-statistics.ts';
import { findBatching, warmUp, type Batching } from './batching/warm-up.ts';

/** How a version is loaded on this node. */
export interface LoadOptions {
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
  /** The code of the session threads; nothing: the session worker. */
  readonly sessionEntry?: URL | undefined;
  /** How session threads that end are replaced. */
  readonly replacement?: ReplacementPolicy | undefined;
  readonly logger?: Pick<Logger, 'info' | 'warn'> | undefined;
}

/** What a version has done since it was loaded. */
export interface VersionCounts {
  readonly requests: number;
  readonly errors: number;
  readonly rows: number;
}

/** A model version that is loaded: its sessions and its queue. */
export class ServedVersion {
  readonly assigned: AssignedVersion;
  /** The execution provider that runs this version. */
  readonly provider: ExecutionProvider;
  private readonly instances: readonly SessionInstance[];
  private readonly queue: BatchQueue;
  private readonly recorder = new StatisticsRecorder();

  private constructor(assigned: AssignedVersion, sessions: readonly OpenedSession[], batching: Batching, { limits, replacement, logger }: LoadOptions) {
    const { serving, signature } = assigned;
    this.assigned = assigned;
    this.provider = sessions[0]?.options.provider ?? 'cpu';
    const { outputs } = signature;
    const onChange = (): void => this.noticeChange();
    const onEnded = (reason: string): void => logger?.warn('session thread ended and is replaced', { modelVersionId: assigned.modelVersionId, reason });
    this.instances = sessions.map(({ thread, options }) => new SessionInstance(thread, { thread: options, outputs, replacement, onEnded, onChange }));
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
   * Chooses the provider, verifies the digest, creates the sessions, compares the graph with the signature, finds the batch size and
   * runs every size in use once. Throws `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `MODEL_INVALID`, `SIGNATURE_MISMATCH`, or `UNAVAILABLE`
   * (not retryable) for a required provider that does not work here; nothing stays loaded then.
   */
  static async load(assigned: AssignedVersion, artifactPath: string, options: LoadOptions): Promise<ServedVersion> {
    const { provider: preferred, workingProviders = [...new Set([preferred, 'cpu'] as const)], limits, batchSizes, sessionEntry, logger } = options;
    const { modelVersionId } = assigned;
    const providers = chooseProviders(assigned.serving, { preferred, working: workingProviders });
    const onPassedOver = (provider: ExecutionProvider, error: MillraceError): void =>
      logger?.warn('execution provider cannot run this version', { modelVersionId, provider, error: error.message });
    const first = await openSession({ assigned, artifactPath, providers, entry: sessionEntry, onPassedOver });
    const sessions = [first];
    try {
      const batching = await findBatching(assigned, first, limits, batchSizes, options.warmUpMilliseconds);
      while (sessions.length < assigned.serving.instances) {
        const thread = await SessionThread.open(first.options);
        sessions.push({ thread, options: first.options });
        await warmUp(assigned, thread, batching.maximumBatchRows, options.warmUpMilliseconds);
      }
      logger?.info('version runs', { modelVersionId, provider: first.options.provider, instances: sessions.length, ...batching });
      return new ServedVersion(assigned, sessions, batching, options);
    } catch (error) {
      await Promise.all(sessions.map(({ thread }) => thread.close()));
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

  statistics(): VersionStatistics {
    return this.recorder.report(this.queuedRows);
  }

  get counts(): VersionCounts {
    return this.recorder.counts;
  }

  /** Runs one request through the queue and counts it. Rejects with `UNAVAILABLE`, `TIMEOUT`, `CANCELLED`, or `MODEL_INVALID` when the model fails. */
  infer(request: RunRequest): Promise<NamedTensors> {
    return this.queue.submit(request);
  }

  /** Lets everything that was submitted finish, then releases the sessions. */
  async drainAndRelease(): Promise<void> {
    await this.queue.drain();
    this.queue.close(new MillraceError('UNAVAILABLE', `model version ${this.assigned.modelVersionId} was taken out of service on this node; retry later`));
    await Promise.all(this.instances.map((instance) => instance.close()));
  }

  private noticeChange(): void {
    if (this.hasDied) {
      const message = `the sessions of model version ${this.assigned.modelVersionId} end again and again; it was given up on this node`;
      this.queue.close(new MillraceError('UNAVAILABLE', message));
    } else {
      this.queue.wake();
    }
  }
}
