import { MillraceError, type JobStatus, type QueueName } from '@millrace/contracts';
import { Job, Release, settleReleases, type JobLedger } from '@millrace/db';
import { isFinished, isReleaseDecided } from '@millrace/domain';
import { IsNull, Not } from 'typeorm';
import { JOB_POLICY } from '../../authorisation/policy.ts';
import { requireScope } from '../../authorisation/require-scope.ts';
import type { Followed } from '../../context/request-context.ts';
import type { Work } from '../../context/work.ts';
import { followRow, type Changes } from '../../events/follow-row.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { readPage, showRow } from '../../loading/scoped-rows.ts';

export interface JobFilter {
  readonly queue: QueueName | undefined;
  readonly status: JobStatus | undefined;
  readonly parked: boolean | undefined;
}

/** Jobs of a workspace: looked up, followed, cancelled, run again. Services of other features enqueue them. */
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

  list(work: Work, request: PageRequest, { parked, ...filter }: JobFilter): Promise<Page<Job>> {
    const parkedAt = parked === undefined ? undefined : parked ? Not(IsNull()) : IsNull();
    return readPage(work, Job, request, { ...filter, parkedAt });
  }

  /** A queued job is cancelled at once, with the release that it was to carry; the worker of a running one is asked to stop. */
  async cancel(work: Work, id: string): Promise<Job> {
    const { queue, name } = await this.find(work, id);
    requireScope(work.caller, JOB_POLICY[queue], `cancelJob of a ${name} job`);
    const job = await this.#ledger.requestCancel(id, work.manager);
    await settleReleases(work.manager, { jobId: id });
    return job;
  }

  /** Queues a job again that failed, was cancelled or is parked. A release that was decided stays so: its traffic has been given back. */
  async retry(work: Work, id: string): Promise<Job> {
    const { queue, name } = await this.find(work, id);
    requireScope(work.caller, JOB_POLICY[queue], `retryJob of a ${name} job`);
    const release = await work.manager.findOneBy(Release, { workspaceId: work.workspaceId, jobId: id });
    if (release !== null && isReleaseDecided(release.status))
      throw new MillraceError('ILLEGAL_TRANSITION', `The release ${release.id} of this job is ${release.status}. Start another release of the model version.`, {
        fields: { jobId: id, releaseId: release.id, status: release.status },
      });
    return this.#ledger.retry(id, work.manager);
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
