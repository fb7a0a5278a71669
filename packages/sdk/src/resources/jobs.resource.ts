import type { JobStatus, QueueName } from '@millrace/contracts';
import { pagesOf, type Client } from '../client.ts';
import { cancelJob, getJob, listJobs, retryJob } from '../generated/operations.ts';
import { JobHandle } from '../handles/job-handle.ts';
import type { Job, JobLogLine } from '../nouns/job.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Everything slow is a job.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * for await (const { at, level, message } of millrace.jobs.log('job_…')) console.log(at, level, message);
 * ```
 */
export class JobsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async get(id: string, options?: CallOptions): Promise<Job> {
    return (await this.#client.transport.execute(getJob, { id }, options)).job as Job;
  }

  list(request: PageRequest & { readonly queue?: QueueName; readonly status?: JobStatus; readonly parked?: boolean } = {}): Pages<Job> {
    return pagesOf(this.#client, listJobs, request, ({ jobs }) => jobs, request);
  }

  handle(id: string): JobHandle<Job> {
    return new JobHandle(this.#client, { id, jobId: id }, async (job) => job);
  }

  log(id: string): Pages<JobLogLine> {
    return this.handle(id).log();
  }

  async cancel(id: string, options?: CallOptions): Promise<Job> {
    return (await this.#client.transport.execute(cancelJob, { id }, options)).cancelJob as Job;
  }

  /** Runs a job again that failed, was cancelled or is parked. A job that is queued or runs stays as it is. */
  async retry(id: string, options?: CallOptions): Promise<Job> {
    return (await this.#client.transport.execute(retryJob, { id }, options)).retryJob as Job;
  }
}
