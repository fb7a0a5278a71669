import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attempts that ended because their worker was stopped are no failures: a canary that watches for days outlives any number of roll-outs. */
export class JobsGivenBack1795550300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE job ADD COLUMN given_back integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE job DROP COLUMN given_back');
  }
}
