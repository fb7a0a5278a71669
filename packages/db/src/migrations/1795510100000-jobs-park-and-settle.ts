import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs that have begun to commit, jobs that are parked, and jobs that are run again by hand. */
export class JobsParkAndSettle1795510100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE job ADD COLUMN commit_begun_at timestamptz, ADD COLUMN parked_at timestamptz, ADD COLUMN retried_after integer NOT NULL DEFAULT 0;
      CREATE INDEX px_job_parked_at ON job (workspace_id, parked_at) WHERE parked_at IS NOT NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE job DROP COLUMN commit_begun_at, DROP COLUMN parked_at, DROP COLUMN retried_after');
  }
}
