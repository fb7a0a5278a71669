import { MillraceError, type Lease, type LeasedJob, type SerializedError } from '@millrace/contracts';
import { send, type Client } from '../client.ts';
import {
  abandonJobCommit,
  appendJobLog,
  beginJobCommit,
  cancelLeasedJob,
  failJob,
  giveBackJob,
  leaseJob,
  renewJob,
  succeedJob,
} from '../generated/operations.ts';
import type { LedgerLogEntry } from '../nouns/scoring.ts';

/** So many lines go into one call: a call has at most a few megabytes. */
const LINES = 500;

/**
 * The rows of jobs of the queue `scoring`, for a process without a database: what a job worker needs to take a job, keep it and end it.
 * Methods throw a retryable `UNAVAILABLE` when the control plane cannot be reached; those that write an outcome throw `STALE_ATTEMPT`
 * when the lease is lost.
 *
 * @example
 * ```ts
 * import { Millrace, type NodeLedger } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…', retries: { attempts: 2 } });
 * const ledger: NodeLedger = millrace.nodes.ledger({ environment: 'production' });
 * const leased = await ledger.lease('job_…', 'scorer-1', 30);
 * if (leased !== undefined) await ledger.renew(leased.lease, 30, { progress: 0.5, note: 'half of the files' });
 * ```
 */
export class NodeLedger {
  readonly #client: Client;
  readonly #environment: string | undefined;

  constructor(client: Client, options: { readonly environment?: string | undefined } = {}) {
    this.#client = client;
    this.#environment = options.environment;
  }

  /** Takes a job that is queued, or whose holder let the lease run out. `undefined` when there is nothing to take, and for a job of another workspace or environment. */
  async lease(jobId: string, holder: string, leaseSeconds: number): Promise<LeasedJob | undefined> {
    const environment = this.#environment === undefined ? {} : { environment: this.#environment };
    const { leaseJob: taken } = await send(this.#client, leaseJob, { jobId, holder, leaseSeconds, ...environment }).catch(nothingWhereUnknown);
    if (taken === null) return undefined;
    const { attempt, jobId: _jobId, holder: _holder, ...rest } = taken;
    return { ...(rest as Omit<LeasedJob, 'lease'>), lease: { jobId, attempt, holder } };
  }

  /** From now on only an attempt that has looked for the commit may end the job without success. Throws `JOB_CANCELLED` when it was to stop before. */
  async beginCommit(lease: Lease): Promise<void> {
    await send(this.#client, beginJobCommit, lease);
  }

  /** The commit is not there and cannot come any more. */
  async abandonCommit(lease: Lease): Promise<void> {
    await send(this.#client, abandonJobCommit, lease);
  }

  async renew(
    lease: Lease,
    leaseSeconds: number,
    { progress, note }: { progress: number; note: string | undefined },
  ): Promise<'HELD' | 'CANCEL_REQUESTED' | 'LOST'> {
    return (await send(this.#client, renewJob, { lease, leaseSeconds, progress, ...(note !== undefined && { note }) })).renewJob;
  }

  /** Nothing happens when the attempt has succeeded already, as with `nodes.recordScoringOutput`. */
  async succeed(lease: Lease, result: unknown): Promise<void> {
    await send(this.#client, succeedJob, { lease, result });
  }

  /** Back to the queue after `retryInSeconds`; failed for good without it or after the last attempt. */
  async fail(lease: Lease, error: SerializedError, retryInSeconds: number | undefined): Promise<void> {
    await send(this.#client, failJob, { lease, error, ...(retryInSeconds !== undefined && { retryInSeconds }) });
  }

  /** Back to the queue at once, because the worker was stopped: the attempt does not count. */
  async giveBack(lease: Lease): Promise<void> {
    await send(this.#client, giveBackJob, lease);
  }

  async cancel(lease: Lease): Promise<void> {
    await send(this.#client, cancelLeasedJob, lease);
  }

  async appendLog(lease: Lease, lines: readonly LedgerLogEntry[]): Promise<void> {
    for (let from = 0; from < lines.length; from += LINES) {
      const part = lines.slice(from, from + LINES).map((line) => ({ ...line, at: line.at.toISOString() }));
      await send(this.#client, appendJobLog, { lease, lines: part });
    }
  }
}

/** The queue delivers to the processes of all workspaces. */
function nothingWhereUnknown(error: unknown): { readonly leaseJob: null } {
  if (error instanceof MillraceError && error.code === 'NOT_FOUND') return { leaseJob: null };
  throw error;
}
