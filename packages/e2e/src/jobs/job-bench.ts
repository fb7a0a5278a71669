import { newId, type JobResult } from '@millrace/contracts';
import { createDataSource, enqueueJob, fencedTransaction, Job, JobLedger, JobLogLine, migrate, Outbox, type DataSource, type Lease } from '@millrace/db';
import { startJobWorker, startOutboxRelay, startSweeper, type JobHandler } from '@millrace/queue';
import { createLogger } from '@millrace/service-kit';
import { seedWorkspace, startPostgres, type TestPostgres } from '@millrace/testing';
import { vi } from 'vitest';

/** The queue that the suite runs on, in the PostgreSQL of the bench or beside it. */
export interface QueueUnderTest {
  readonly url: string;
  /** Everything on the queue is gone, as after a crash without a disk. */
  lose(): Promise<void>;
  /** Every connection to the queue breaks. */
  disconnect(): Promise<void>;
  close(): Promise<void>;
}

export type PipelineHandler = JobHandler<'run-pipeline'>;

export interface WorkerChoices {
  readonly leaseSeconds?: number;
  readonly concurrency?: number;
}

interface Closable {
  close(): Promise<void>;
}

export const RESULT: JobResult<'run-pipeline'> = { datasetVersionId: 'dsv_1', rowsLoaded: 1, rowsQuarantined: 0 };

/** A PostgreSQL of its own, the ledger in it, and everything that was started on top. */
export class JobBench {
  readonly postgres: TestPostgres;
  readonly dataSource: DataSource;
  readonly queue: QueueUnderTest;
  readonly ledger: JobLedger;
  readonly #logger = createLogger({ service: 'jobs', level: 'silent' });
  #started: Closable[] = [];

  private constructor(postgres: TestPostgres, dataSource: DataSource, queue: QueueUnderTest) {
    this.postgres = postgres;
    this.dataSource = dataSource;
    this.queue = queue;
    this.ledger = new JobLedger({ dataSource });
  }

  static async open(openQueue: (postgresUrl: string) => Promise<QueueUnderTest>): Promise<JobBench> {
    const postgres = await startPostgres();
    const dataSource = await createDataSource({ url: postgres.url, poolSize: 8 }).initialize();
    await migrate(dataSource);
    await dataSource.query('CREATE TABLE effect (job_id text, attempt int)');
    return new JobBench(postgres, dataSource, await openQueue(postgres.url));
  }

  /** One job in a workspace of its own. */
  async enqueue(): Promise<Job> {
    const { id: workspaceId } = await seedWorkspace(this.dataSource);
    return this.dataSource.transaction((manager) =>
      enqueueJob(manager, { workspaceId, name: 'run-pipeline', payload: { pipelineRunId: newId('pipelineRun') } }),
    );
  }

  async startWorker(handler: PipelineHandler, { leaseSeconds = 30, concurrency = 2 }: WorkerChoices = {}): Promise<Closable> {
    const worker = await startJobWorker({
      queue: 'etl',
      queueUrl: this.queue.url,
      ledger: this.ledger,
      concurrency,
      leaseSeconds,
      logger: this.#logger,
      holder: newId('node'),
      handlers: { 'run-pipeline': handler, 'assess-availability': async () => ({ verdict: 'AVAILABLE' }) },
    });
    return this.#keep(worker);
  }

  async startRelay(): Promise<Closable> {
    return this.#keep(await startOutboxRelay({ queueUrl: this.queue.url, outbox: new Outbox({ dataSource: this.dataSource }), logger: this.#logger }));
  }

  startSweeper(undeliveredSeconds: number): Closable {
    return this.#keep(startSweeper({ sweep: () => this.ledger.sweep({ undeliveredSeconds }), everySeconds: 0.2, logger: this.#logger }));
  }

  /** The effect of a handler: a row that only the current attempt can write. */
  effect(lease: Lease): Promise<void> {
    return fencedTransaction(this.dataSource, lease, async (manager) => {
      await manager.query('INSERT INTO effect VALUES ($1, $2)', [lease.jobId, lease.attempt]);
    });
  }

  async effects(jobId: string): Promise<number[]> {
    const rows: { attempt: number }[] = await this.dataSource.query('SELECT attempt FROM effect WHERE job_id = $1', [jobId]);
    return rows.map(({ attempt }) => attempt);
  }

  log(jobId: string): Promise<JobLogLine[]> {
    return this.dataSource.manager.find(JobLogLine, { where: { jobId }, order: { id: 'ASC' } });
  }

  /** The row as soon as it is as wanted. */
  async job(id: string, isAsWanted: (job: Job) => boolean): Promise<Job> {
    return vi.waitFor(
      async () => {
        const job = await this.dataSource.manager.findOneByOrFail(Job, { id });
        if (!isAsWanted(job)) throw new Error(`Job ${id} is still ${job.status} at attempt ${job.attempt}: ${JSON.stringify(job.error)}`);
        return job;
      },
      { timeout: 30_000, interval: 25 },
    );
  }

  /** Once the relay has handed the job to the queue. */
  async delivered(jobId: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const owed: unknown[] = await this.dataSource.query('SELECT id FROM outbox WHERE job_id = $1 AND published_at IS NULL', [jobId]);
        if (owed.length > 0) throw new Error(`Job ${jobId} is not on the queue yet.`);
      },
      { timeout: 30_000, interval: 25 },
    );
  }

  ended(id: string): Promise<Job> {
    return this.job(id, ({ status }) => status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELLED');
  }

  /** Closes what was started, so that the next test begins with nobody at work. */
  async clear(): Promise<void> {
    const started = this.#started;
    this.#started = [];
    await Promise.all(started.map((one) => one.close()));
  }

  async close(): Promise<void> {
    await this.clear();
    await this.queue.close();
    await this.dataSource.destroy();
    await this.postgres.stop();
  }

  #keep<Started extends Closable>(started: Started): Started {
    this.#started.push(started);
    return started;
  }
}
