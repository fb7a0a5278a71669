import type { JobStatus, QueueName } from '@millrace/contracts';
import { Job, settleReleases, type JobLedger } from '@millrace/db';
import { isFinished } from '@millrace/domain';
import { CANCEL_POLICY } from '../../authorisation/policy.ts';
import { requireScope } from '../../authorisation/require-scope.ts';
import type { Followed } from '../../context/request-context.ts';
import type { Work } from '../../context/work.ts';
import { followRow, type Changes } from '../../events/follow-row.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { readPage, showRow } from '../../loading/scoped-rows.ts';

/** Jobs of a workspace: looked up, followed, cancelled. Services of other features enqueue them. */
export class JobService {
  readonly #changes: Changes;
  readonly #ledger: JobLedger;

  constructor(collaborators: { readonly changes: Changes; readonly ledger: JobLedger }) {
    this.#changes = collaborators.changes;
    this.#ledger = collaborators.ledger;
  }

  find(work: Work, id: string): Promise<Job> {
    return showRow(work, Job, 'job', { id });
  }

  list(work: Work, request: PageRequest, filter: { readonly queue: QueueName | undefined; readonly status: JobStatus | undefined }): Promise<Page<Job>> {
    return readPage(work, Job, request, filter);
  }

  /** A queued job is cancelled at once, with the release that it was to carry; the worker of a running one is asked to stop. */
  async cancel(work: Work, id: string): Promise<Job> {
    const { queue, name } = await this.find(work, id);
    requireScope(work.caller, CANCEL_POLICY[queue], `cancelJob of a ${name} job`);
    const job = await this.#ledger.requestCancel(id, work.manager);
    await settleReleases(work.manager, { jobId: id });
    return job;
  }

  /** The job now, and again after every committed change, up to and including its last state. */
  async follow({ work, loaders }: Followed, id: string): Promise<AsyncIterable<Job>> {
    await this.find(work, id);
    return followRow({
      changes: this.#changes,
      concerns: (change) => change.table === 'job' && change.id === id,
      load: () => loaders.parent(Job, id),
      isLast: (job) => isFinished(job.status),
    });
  }
}
