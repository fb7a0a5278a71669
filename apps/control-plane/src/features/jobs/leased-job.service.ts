import { MillraceError, type JobResult } from '@millrace/contracts';
import { Environment, fence, Job, ScoringRun, type JobLedger, type Lease } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { findRow } from '../../loading/scoped-rows.ts';
import type { AppendJobLogInput, FailJobInput, LeaseJobInput, RenewJobInput, SucceedJobInput } from './leased-job.inputs.ts';
import type { LeasedJobType } from './leased-job.type.ts';

/**
 * The ledger of jobs for processes that have no database: they score with the token of a node. Every write names its attempt, so one
 * that was overtaken changes nothing. A write that is sent again after its answer was lost is answered as before.
 */
export class LeasedJobService {
  readonly #ledger: JobLedger;

  constructor(collaborators: { readonly ledger: JobLedger }) {
    this.#ledger = collaborators.ledger;
  }

  /** `null` when there is nothing to take: another process has it, it has ended, or it is meant for another environment. */
  async lease(work: Work, { jobId, holder, leaseSeconds, environment }: LeaseJobInput): Promise<LeasedJobType | null> {
    await this.#find(work, jobId);
    if (!(await isMeantFor(work, jobId, environment))) return null;
    const leased = await this.#ledger.within(work.manager).lease(jobId, holder, leaseSeconds);
    if (leased === undefined) return null;
    const { lease, ...rest } = leased;
    return { ...lease, ...rest };
  }

  async renew(work: Work, { lease, leaseSeconds, progress, note }: RenewJobInput): Promise<'HELD' | 'CANCEL_REQUESTED' | 'LOST'> {
    const job = await this.#find(work, lease.jobId);
    if (hasSucceeded(job, lease)) return 'HELD';
    return this.#ledger.within(work.manager).renew(lease, leaseSeconds, { progress, note });
  }

  async beginCommit(work: Work, lease: Lease): Promise<void> {
    await this.#find(work, lease.jobId);
    await this.#ledger.within(work.manager).beginCommit(lease);
  }

  async abandonCommit(work: Work, lease: Lease): Promise<void> {
    await this.#find(work, lease.jobId);
    await this.#ledger.within(work.manager).abandonCommit(lease);
  }

  async succeed(work: Work, { lease, result }: SucceedJobInput): Promise<void> {
    const job = await this.#find(work, lease.jobId);
    if (!hasSucceeded(job, lease)) await this.#ledger.within(work.manager).succeed(lease, result);
  }

  async fail(work: Work, { lease, error, retryInSeconds }: FailJobInput): Promise<void> {
    await this.#find(work, lease.jobId);
    await this.#ledger.within(work.manager).fail(lease, error, retryInSeconds);
  }

  async giveBack(work: Work, lease: Lease): Promise<void> {
    await this.#find(work, lease.jobId);
    await this.#ledger.within(work.manager).giveBack(lease);
  }

  async cancel(work: Work, lease: Lease): Promise<void> {
    await this.#find(work, lease.jobId);
    await this.#ledger.within(work.manager).cancel(lease);
  }

  async appendLog(work: Work, { lease, lines }: AppendJobLogInput): Promise<void> {
    await this.#find(work, lease.jobId);
    await this.#ledger.within(work.manager).appendLog(lease, lines);
  }

  /**
   * Does what a job leaves behind, and ends it with the result, in the transaction of the mutation: both are there, or neither.
   * Fails with `STALE_ATTEMPT` before anything is done when the lease was lost.
   */
  async finishWith<Subject>(work: Work, lease: Lease, effect: () => Promise<{ subject: Subject; result: JobResult<'run-scoring'> }>): Promise<Subject> {
    await this.#find(work, lease.jobId);
    await fence(work.manager, lease);
    const { subject, result } = await effect();
    await this.#ledger.within(work.manager).succeed(lease, result);
    return subject;
  }

  /** Other queues have workers with a database. */
  async #find(work: Work, id: string): Promise<Job> {
    const job = await findRow(work, Job, 'job', { id });
    if (job.queue === 'scoring') return job;
    throw new MillraceError('FORBIDDEN', `Job ${id} is on the queue "${job.queue}". Nodes work on jobs of the queue "scoring" only.`, {
      fields: { jobId: id, queue: job.queue },
    });
  }
}

/** The effect of a run and its success are one transaction: what comes after it from the same attempt finds it done. */
function hasSucceeded(job: Job, { attempt }: Lease): boolean {
  return job.status === 'SUCCEEDED' && job.attempt === attempt;
}

async function isMeantFor(work: Work, jobId: string, environment: string | undefined): Promise<boolean> {
  const run = await work.manager.findOneBy(ScoringRun, { workspaceId: work.workspaceId, jobId });
  if (run === null || run.environmentId === null) return true;
  const { name } = await findRow(work, Environment, 'environment', { id: run.environmentId });
  return name === environment;
}
