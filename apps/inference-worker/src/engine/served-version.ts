import type { AssignedVersion, ExecutionProvider } from '@millrace/contracts';
import { BatchQueue, type BatchLimits } from './batch-queue.ts';
import { compareSignature } from './compare-signature.ts';
import type { RunRequest } from './run-request.ts';
import { SessionThread } from './session-thread.ts';
import { syntheticInputs } from './synthetic-inputs.ts';
import type { NamedTensors } from './tensor.ts';
import { EMPTY_STATISTICS, type VersionStatistics } from './version-statistics.ts';

/** How a version is loaded on this node. */
export interface LoadOptions {
  /** What this node prefers; a model that names no providers runs on it. */
  readonly provider: ExecutionProvider;
  /** Those that were found to work on this machine. Nothing: `provider` and the CPU. */
  readonly workingProviders?: readonly ExecutionProvider[] | undefined;
  readonly limits: BatchLimits;
}

/** What a version has done since it was loaded. */
export interface VersionCounts {
  readonly requests: number;
  readonly errors: number;
  readonly rows: number;
}

/** A model version that is loaded: its session thread and its queue. */
export class ServedVersion {
  readonly assigned: AssignedVersion;
  private readonly thread: SessionThread;
  private readonly queue: BatchQueue;
  private requests = 0;
  private errors = 0;
  private rows = 0;
  private holds = 0;
  private onUnheld: (() => void) | undefined;
  private readonly runsOn: ExecutionProvider;

  private constructor(assigned: AssignedVersion, thread: SessionThread, { limits, provider }: LoadOptions) {
    this.assigned = assigned;
    this.runsOn = provider;
    this.thread = thread;
    this.queue = new BatchQueue({ execute: (inputs, options) => thread.run(inputs, options), batchable: isBatchable(assigned), limits });
  }

  /**
   * Verifies the digest, creates the session, compares the graph with the signature and runs it once.
   * Throws `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `MODEL_INVALID` or `SIGNATURE_MISMATCH`; nothing stays loaded then.
   */
  static async load(assigned: AssignedVersion, artifactPath: string, options: LoadOptions): Promise<ServedVersion> {
    const thread = await SessionThread.open({ kind: 'artifact', path: artifactPath, digest: assigned.artifactDigest }, options.provider);
    try {
      compareSignature(assigned.signature, thread.graph);
      await thread.run(syntheticInputs(assigned, 1));
    } catch (error) {
      await thread.close();
      throw error;
    }
    return new ServedVersion(assigned, thread, options);
  }

  /** Rows that wait for the session. */
  get queuedRows(): number {
    return this.queue.rowsWaiting;
  }

  /** Requests are joined up to this many rows; 1 where they are not joined. */
  get maximumBatchRows(): number {
    return this.queue.maximumBatchRows;
  }

  /** The execution provider that runs this version. */
  get provider(): ExecutionProvider {
    return this.runsOn;
  }

  /** Whether requests are joined. */
  get batchable(): boolean {
    return isBatchable(this.assigned);
  }

  /** Why requests are not joined; undefined where they are. */
  get unbatchedReason(): string | undefined {
    return this.batchable ? undefined : 'an input or output has a fixed first dimension';
  }

  /** Whether nothing waits and nothing runs. */
  get isIdle(): boolean {
    return this.queue.isIdle;
  }

  /** Whether every session of this version has ended and was not replaced; it answers `UNAVAILABLE` from then on. */
  get hasDied(): boolean {
    return false;
  }

  statistics(): VersionStatistics {
    return { ...EMPTY_STATISTICS, queuedRows: this.queuedRows };
  }

  get counts(): VersionCounts {
    return { requests: this.requests, errors: this.errors, rows: this.rows };
  }

  /** Runs one request through the queue and counts it. */
  async infer({ inputs, rows }: RunRequest): Promise<NamedTensors> {
    this.requests++;
    try {
      const outputs = await this.queue.submit(inputs, rows);
      this.rows += rows;
      return outputs;
    } catch (error) {
      this.errors++;
      throw error;
    }
  }

  /** Keeps the version from being released until the returned function is called: for a request that comes back to it later. */
  hold(): () => void {
    this.holds++;
    return () => {
      this.holds--;
      if (this.holds === 0) this.onUnheld?.();
    };
  }

  /** Lets everything that was submitted or is held finish, then releases the session. */
  async drainAndRelease(): Promise<void> {
    if (this.holds > 0)
      await new Promise<void>((resolve) => {
        this.onUnheld = resolve;
      });
    await this.queue.drain();
    await this.thread.close();
  }
}

/** Whether requests can be joined: the first dimension of every input and output is open. */
export function isBatchable(version: Pick<AssignedVersion, 'signature'>): boolean {
  return [...version.signature.inputs, ...version.signature.outputs].every((tensor) => tensor.shape[0] === -1);
}
