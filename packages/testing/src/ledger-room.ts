import type { JobName, JobPayload, Lease } from '@millrace/contracts';
import { enqueueJob, Job, JobLedger, type DataSource } from '@millrace/db';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { seedWorkspace, type TestWorkspace } from './builders/workspace.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** The ledger of jobs of one file of tests, and a queued job in a workspace of its own for each test. */
export class LedgerRoom {
  workspace!: TestWorkspace;
  ledger!: JobLedger;
  /** The job of this test: one of `run-pipeline`, until the test queues another one. */
  jobId = '';
  #database!: TestDatabase;

  /** Made before the first test of the file that calls this, and removed after the last. */
  static open(): LedgerRoom {
    const room = new LedgerRoom();
    beforeAll(async () => {
      room.#database = await createTestDatabase();
      room.ledger = new JobLedger(room.#database);
    });
    beforeEach(async () => {
      room.workspace = await seedWorkspace(room.dataSource);
      await room.enqueue('run-pipeline', { pipelineRunId: 'prun_1' });
    });
    afterAll(() => room.#database.drop());
    return room;
  }

  get dataSource(): DataSource {
    return this.#database.dataSource;
  }

  /** Queues a job, which is the one of this test from now on. */
  async enqueue<Name extends JobName>(name: Name, payload: JobPayload<Name>): Promise<void> {
    this.jobId = (await enqueueJob(this.dataSource.manager, { workspaceId: this.workspace.id, name, payload })).id;
  }

  job(): Promise<Job> {
    return this.dataSource.manager.findOneByOrFail(Job, { id: this.jobId });
  }

  /** How many deliveries of the job the outbox has. */
  async owed(): Promise<number> {
    const rows: unknown[] = await this.dataSource.query(`SELECT 1 FROM outbox WHERE job_id = $1`, [this.jobId]);
    return rows.length;
  }

  async take(holder = 'worker-1', seconds = 30): Promise<Lease> {
    const leased = await this.ledger.lease(this.jobId, holder, seconds);
    if (leased === undefined) throw new Error(`${holder} got no lease`);
    return leased.lease;
  }
}
