import { MillraceError, type JobStatus } from '@millrace/contracts';
import type { Client } from '../client.ts';
import { pagesOf } from '../client.ts';
import { cancelJob, getJob, getJobLog, watchJob } from '../generated/operations.ts';
import type { Job, JobLogLine } from '../nouns/job.ts';
import type { CallOptions } from '../options.ts';
import { liveStates } from '../transport/live-states.ts';
import type { Pages } from '../transport/pages.ts';

/**
 * How long to wait, and whom to tell.
 *
 * @example
 * ```ts
 * import type { WaitOptions } from '@millrace/sdk';
 * const patient: WaitOptions = { timeoutSeconds: 600, onProgress: ({ progress, note }) => console.log(Math.round(progress * 100), note) };
 * ```
 */
export interface WaitOptions {
  /** Without it, waiting lasts as long as the job. */
  readonly timeoutSeconds?: number;
  /** Called with each new state of the job. */
  readonly onProgress?: (job: Job) => void;
  readonly signal?: AbortSignal;
}

const FINAL: ReadonlySet<JobStatus> = new Set<JobStatus>(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/**
 * A job and what it works on. `wait` resolves to that thing as it is after the job; a job that fails throws the error it failed
 * with, with the job's id in `fields.jobId`.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const [run] = await millrace.pipelines.run('pip_…', [{ start: '2001-01-01T00:00:00Z', end: '2001-02-01T00:00:00Z' }]);
 * const { rowsLoaded } = await run!.wait({ timeoutSeconds: 300, onProgress: (job) => console.log(job.progress) });
 * ```
 */
export class JobHandle<Subject> {
  /** Id of the thing that the job works on. */
  readonly id: string;
  readonly jobId: string;
  protected readonly client: Client;
  readonly #load: (job: Job) => Promise<Subject>;

  constructor(client: Client, ids: { id: string; jobId: string }, load: (job: Job) => Promise<Subject>) {
    this.client = client;
    this.id = ids.id;
    this.jobId = ids.jobId;
    this.#load = load;
  }

  /** The thing as it is now. */
  async get(): Promise<Subject> {
    return this.#load(await this.job());
  }

  async job(): Promise<Job> {
    return (await this.client.transport.execute(getJob, { id: this.jobId })).job as Job;
  }

  async status(): Promise<JobStatus> {
    return (await this.job()).status;
  }

  /** The states of the job as they come, the present one first, the final one last. */
  progress(signal?: AbortSignal): AsyncGenerator<Job> {
    const { transport, subscriptions } = this.client;
    const id = this.jobId;
    async function* events(until: AbortSignal): AsyncGenerator<Job> {
      for await (const { jobProgress } of subscriptions.events(watchJob, { id }, until)) yield jobProgress as Job;
    }
    const poll = async (until: AbortSignal): Promise<Job> => (await transport.execute(getJob, { id }, { signal: until })).job as Job;
    return liveStates({ subscribe: subscriptions.available ? events : undefined, poll, advances, isFinal: ({ status }) => FINAL.has(status) }, signal);
  }

  async wait(options: WaitOptions = {}): Promise<Subject> {
    const job = await this.finished(options);
    if (job.status === 'FAILED') throw failure(job);
    if (job.status === 'CANCELLED') throw new MillraceError('JOB_CANCELLED', `job ${job.id} (${job.name}) was cancelled`, { fields: { jobId: job.id } });
    return this.#load(job);
  }

  /** The job in its final state, whatever that is. */
  protected async finished({ timeoutSeconds, onProgress, signal }: WaitOptions): Promise<Job> {
    const limit = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1_000);
    const signals = [limit, signal].filter((each) => each !== undefined);
    let last: Job | undefined;
    try {
      for await (const job of this.progress(AbortSignal.any(signals))) {
        last = job;
        onProgress?.(job);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (limit?.aborted !== true) throw error;
      const state = last === undefined ? 'its state is unknown' : `it is ${last.status} at ${Math.round(last.progress * 100)} %`;
      throw new MillraceError('TIMEOUT', `job ${this.jobId} did not finish within ${timeoutSeconds} seconds; ${state}`, {
        fields: { jobId: this.jobId, timeoutSeconds },
      });
    }
    return last ?? this.job();
  }

  /** Asks the job to stop. It is `CANCELLED` once its worker has seen that. */
  async cancel(options?: CallOptions): Promise<Job> {
    return (await this.client.transport.execute(cancelJob, { id: this.jobId }, options)).cancelJob as Job;
  }

  log(): Pages<JobLogLine> {
    return pagesOf(this.client, getJobLog, { id: this.jobId }, ({ job }) => job.log, { first: 200 });
  }
}

function advances(previous: Job, next: Job): boolean {
  if (FINAL.has(next.status)) return true;
  if (next.attempt !== previous.attempt) return next.attempt > previous.attempt;
  return next.progress >= previous.progress && (next.progress !== previous.progress || next.status !== previous.status || next.note !== previous.note);
}

function failure(job: Job): MillraceError {
  const fields = { jobId: job.id, job: job.name };
  if (job.error === null) return new MillraceError('JOB_FAILED', `job ${job.id} (${job.name}) failed without saying why; read its log`, { fields });
  const { code, message, retryable } = job.error;
  return new MillraceError(code, message, { retryable, fields: { ...job.error.fields, ...fields } });
}
