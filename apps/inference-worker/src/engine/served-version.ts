import type { AssignedVersion, ExecutionProvider } from '@millrace/contracts';
import { BatchQueue, type BatchLimits } from './batch-queue.ts';
import { compareSignature } from './compare-signature.ts';
import type { RunRequest } from './run-request.ts';
import { SessionThread } from './session-thread.ts';
import { syntheticInputs } from './synthetic-inputs.ts';
import type { NamedTensors } from './tensor.ts';

/** How a version is loaded on this node. */
export interface LoadOptions {
  readonly provider: ExecutionProvider;
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

  private constructor(assigned: AssignedVersion, thread: SessionThread, limits: BatchLimits) {
    this.assigned = assigned;
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
    return new ServedVersion(assigned, thread, options.limits);
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

  /** Lets everything that was submitted finish, then releases the session. */
  async drainAndRelease(): Promise<void> {
    await this.queue.drain();
    await this.thread.close();
  }
}

/** Whether requests can be joined: the first dimension of every input and output is open. */
export function isBatchable(version: Pick<AssignedVersion, 'signature'>): boolean {
  return [...version.signature.inputs, ...version.signature.outputs].every((tensor) => tensor.shape[0] === -1);
}
