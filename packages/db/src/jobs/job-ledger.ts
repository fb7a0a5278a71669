import { JOB_CATALOG, MillraceError, type LogLevel, type SerializedError, type Lease, type LeasedJob } from '@millrace/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { whileConnected } from '../connection-error.ts';
import { Job } from '../entities/job.entity.ts';
import { jsonbText } from '../jsonb-text.ts';
import { staleAttempt } from './fenced-transaction.ts';
import { APPEND_LOG, CANCEL, FAIL, LEASE, RENEW, REQUEST_CANCEL, SUCCEED } from './job-ledger.sql.ts';
import { sweepJobs, type SweepOptions } from './sweep-jobs.ts';

export interface JobLogEntry {
  readonly at: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: object;
}

/** How often each kind of job is begun, as a JSON object by name. */
const ATTEMPTS = JSON.stringify(Object.fromEntries(Object.entries(JOB_CATALOG).map(([name, { attempts }]) => [name, attempts])));

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
    const [row] = await this.#rows<Pick<Job, 'attempt' | 'name' | 'payload'> & { workspaceId: string }>(LEASE, [jobId, holder, leaseSeconds, ATTEMPTS]);
    if (row === undefined) return undefined;
    return { lease: { jobId, attempt: row.attempt, holder }, workspaceId: row.workspaceId, name: row.name, payload: row.payload };
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

  /** Back to the queue after `retryInSeconds`; failed for good without it or after the last attempt of the catalog. A job that was to be cancelled is cancelled. */
  async fail(lease: Lease, error: SerializedError, retryInSeconds: number | undefined): Promise<void> {
    this.#demand(lease, await this.#fenced(FAIL, lease, jsonbText(error), retryInSeconds ?? null, ATTEMPTS));
  }

  async cancel(lease: Lease): Promise<void> {
    this.#demand(lease, await this.#fenced(CANCEL, lease));
  }

  /** Adds lines to the log of the job. An attempt that was overtaken may still say what it did. */
  async appendLog(lease: Lease, lines: readonly JobLogEntry[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#rows(APPEND_LOG, [lease.jobId, lease.attempt, jsonbText(lines)]);
  }

  /**
   * Cancels a queued job at once, and asks the holder of a running one to stop.
   * @throws MillraceError `NOT_FOUND`, or `ILLEGAL_TRANSITION` when the job has ended already
   */
  async requestCancel(jobId: string, manager: EntityManager = this.#manager): Promise<Job> {
    return whileConnected(async () => {
      const [, changed]: [unknown, number] = await manager.query(REQUEST_CANCEL, [jobId]);
      const job = await manager.findOneBy(Job, { id: jobId });
      if (job === null) throw new MillraceError('NOT_FOUND', `There is no job ${jobId}.`, { fields: { jobId } });
      if (changed > 0) return job;
      throw new MillraceError('ILLEGAL_TRANSITION', `Job ${jobId} is ${job.status} and cannot be cancelled.`, {
        fields: { jobId, from: job.status, to: 'CANCELLED' },
      });
    });
  }

  /** Requeues what lost its worker and delivers again what the queue lost. Returns how many rows were moved. */
  async sweep(options: SweepOptions = {}): Promise<number> {
    return whileConnected(() => sweepJobs(this.#dataSource, ATTEMPTS, options));
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
