import { MillraceError, type JobStatus, type LogLevel, type SerializedError, type Lease, type LeasedJob } from '@millrace/contracts';
import { isFinished } from '@millrace/domain';
import type { DataSource, EntityManager } from 'typeorm';
import { unavailableOf, whileConnected } from '../connection-error.ts';
import { Job } from '../entities/job.entity.ts';
import { jsonbText } from '../jsonb-text.ts';
import { staleAttempt } from './stale-attempt.ts';
import {
  ABANDON_COMMIT,
  APPEND_LOG,
  BEGIN_COMMIT,
  CANCEL,
  FAIL,
  GIVE_BACK,
  LEASE,
  LOOK_FOR_COMMIT,
  RENEW,
  REQUEST_CANCEL,
  RETRY,
  SUCCEED,
} from './job-ledger.sql.ts';
import { JOB_POLICIES } from './job-policies.ts';
import { LOST_WORKER, sweepJobs, type SweepOptions } from './sweep-jobs.ts';

export interface JobLogEntry {
  readonly at: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: object;
}

interface LeasedRow extends Pick<Job, 'attempt' | 'name' | 'payload' | 'workspaceId' | 'retriedAfter' | 'error'> {
  readonly tries: number;
  /** It was to be cancelled, or had no attempt left, after it had begun to commit. */
  readonly isCancelled: boolean;
  readonly isOver: boolean;
}

/**
 * The rows of jobs, moved by conditional updates of one statement each. A row is leased by one holder at a time; each lease
 * raises `attempt`, and every later write names it, so that an attempt that was overtaken changes nothing.
 * Methods throw a retryable `UNAVAILABLE` when the database cannot be reached, and `STALE_ATTEMPT` when the lease is lost.
 */
export class JobLedger {
  readonly #dataSource: DataSource;
  readonly #manager: EntityManager;

  /** With a `manager` its statements belong to the transaction of that. */
  constructor({ dataSource, manager = dataSource.manager }: { readonly dataSource: DataSource; readonly manager?: EntityManager }) {
    this.#dataSource = dataSource;
    this.#manager = manager;
  }

  /** The same ledger in a transaction. */
  within(manager: EntityManager): JobLedger {
    return new JobLedger({ dataSource: this.#dataSource, manager });
  }

  /** Takes a queued job, or one whose holder let its lease run out. `undefined` when there is nothing to take. */
  async lease(jobId: string, holder: string, leaseSeconds: number): Promise<LeasedJob | undefined> {
    const [row] = await this.#rows<LeasedRow>(LEASE, [jobId, holder, leaseSeconds, JOB_POLICIES]);
    if (row === undefined) return undefined;
    const { attempt, workspaceId, name, payload, retriedAfter, tries } = row;
    return { lease: { jobId, attempt, holder }, workspaceId, name, payload, retriedAfter, tries, settling: settlingOf(jobId, row) };
  }

  /**
   * From now on the effect of the job may be there, so only an attempt that has looked for it may end the job otherwise than by success.
   * @throws MillraceError `JOB_CANCELLED` when somebody wanted the job to stop before
   */
  async beginCommit(lease: Lease): Promise<void> {
    const [row] = await this.#fenced<{ begun: boolean }>(BEGIN_COMMIT, lease);
    if (row === undefined) throw staleAttempt(lease);
    if (!row.begun) throw cancelledJob(lease.jobId);
  }

  /** The effect is not there, and none of the attempts so far can bring it about any more. */
  async abandonCommit(lease: Lease): Promise<void> {
    this.#demand(lease, await this.#fenced(ABANDON_COMMIT, lease));
  }

  /** Holds the lease for longer and writes the progress (0 to 1). Says when somebody wants the job to stop, or another attempt has it. */
  async renew(lease: Lease, leaseSeconds: number, state: { progress: number; note: string | undefined }): Promise<'HELD' | 'CANCEL_REQUESTED' | 'LOST'> {
    const [row] = await this.#fenced<{ cancelRequested: boolean }>(RENEW, lease, leaseSeconds, state.progress, state.note ?? null);
    if (row === undefined) return 'LOST';
    return row.cancelRequested ? 'CANCEL_REQUESTED' : 'HELD';
  }

  async succeed(lease: Lease, result: unknown): Promise<void> {
    this.#demand(lease, await this.#fenced(SUCCEED, lease, jsonbText(result)));
  }

  /**
   * Back to the queue after `retryInSeconds`; failed for good without it or after the last attempt of the catalog, unless the job parks. A
   * job that was to be cancelled is cancelled. One that has begun to commit goes back to the queue in any case.
   */
  async fail(lease: Lease, error: SerializedError, retryInSeconds: number | undefined): Promise<void> {
    this.#demand(lease, await this.#fenced(FAIL, lease, jsonbText(error), retryInSeconds ?? null, JOB_POLICIES));
  }

  /** Back to the queue at once, because the worker was stopped: the attempt does not count. A job that was to be cancelled is cancelled. */
  async giveBack(lease: Lease): Promise<void> {
    this.#demand(lease, await this.#fenced(GIVE_BACK, lease));
  }

  async cancel(lease: Lease): Promise<void> {
    this.#demand(lease, await this.#fenced(CANCEL, lease));
  }

  /** Adds lines to the log of the job. An attempt that was overtaken may still say what it did. */
  async appendLog(lease: Lease, lines: readonly JobLogEntry[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#rows(APPEND_LOG, [lease.jobId, lease.attempt, jsonbText(lines)]);
  }

  /** What a handler threw when the database was away or had no room. */
  knownError(thrown: unknown): MillraceError | undefined {
    return unavailableOf(thrown);
  }

  /**
   * Cancels a queued job at once, and asks the holder of a running one to stop. One that has begun to commit ends by what became of that.
   * @throws MillraceError `NOT_FOUND`, or `ILLEGAL_TRANSITION` when the job has ended already, or works on what was accepted and is not parked for what is wrong with itself
   */
  async requestCancel(jobId: string, manager: EntityManager = this.#manager): Promise<Job> {
    return whileConnected(async () => {
      const changed: unknown[] = await manager.query(REQUEST_CANCEL, [jobId, JOB_POLICIES]);
      const job = await this.#find(jobId, manager);
      if (changed.length > 0) return job;
      throw isFinished(job.status) ? notFrom(job, 'cancelled', 'CANCELLED') : accepted(job);
    });
  }

  /**
   * Queues a job again that failed, was cancelled or is parked, with all attempts of the catalog before it. One that is queued or runs stays as it is.
   * @throws MillraceError `NOT_FOUND`, or `ILLEGAL_TRANSITION` when the job has succeeded
   */
  async retry(jobId: string, manager: EntityManager = this.#manager): Promise<Job> {
    return whileConnected(async () => {
      const changed: unknown[] = await manager.query(RETRY, [jobId]);
      const job = await this.#find(jobId, manager);
      if (changed.length === 0 && job.status === 'SUCCEEDED') throw notFrom(job, 'run again', 'QUEUED');
      return job;
    });
  }

  /** Begins a job that ended without success once more, to find the commit that somebody has seen. */
  async lookForCommit(jobId: string): Promise<void> {
    await this.#rows(LOOK_FOR_COMMIT, [jobId]);
  }

  /** Requeues what lost its worker and delivers again what the queue lost. Returns how many rows were moved. */
  async sweep(options: SweepOptions = {}): Promise<number> {
    return whileConnected(() => sweepJobs(this.#dataSource, options));
  }

  async #find(jobId: string, manager: EntityManager): Promise<Job> {
    const job = await manager.findOneBy(Job, { id: jobId });
    if (job === null) throw new MillraceError('NOT_FOUND', `There is no job ${jobId}.`, { fields: { jobId } });
    return job;
  }

  #fenced<Row>(sql: string, lease: Lease, ...values: unknown[]): Promise<Row[]> {
    return this.#rows<Row>(sql, [lease.jobId, lease.attempt, lease.holder, ...values]);
  }

  /** TypeORM answers an UPDATE with `[rows, count]`; every statement here ends in a SELECT instead. */
  #rows<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    return whileConnected(() => this.#manager.query<Row[]>(sql, values));
  }

  #demand(lease: Lease, rows: readonly unknown[]): void {
    if (rows.length === 0) throw staleAttempt(lease);
  }
}

function settlingOf(jobId: string, { isCancelled, isOver, error }: LeasedRow): SerializedError | null {
  if (isCancelled) return cancelledJob(jobId).toJSON();
  return isOver ? (error ?? LOST_WORKER) : null;
}

export function cancelledJob(jobId: string): MillraceError {
  return new MillraceError('JOB_CANCELLED', `Job ${jobId} was cancelled.`, { fields: { jobId } });
}

function notFrom({ id, status }: Job, verb: string, to: JobStatus): MillraceError {
  return new MillraceError('ILLEGAL_TRANSITION', `Job ${id} is ${status} and cannot be ${verb}.`, { fields: { jobId: id, from: status, to } });
}

function accepted({ id, name, status }: Job): MillraceError {
  return new MillraceError(
    'ILLEGAL_TRANSITION',
    `Job ${id} is ${status} and works on what was accepted (${name}), which is given up only when it is parked for an error of its own. Failures of storage and of workers are tried again for ever.`,
    { fields: { jobId: id, from: status, to: 'CANCELLED' } },
  );
}
