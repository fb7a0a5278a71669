import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a person decided about a release in its canary, and how the evidence of a canary step stands, for the worker alone. */
export class CanaryEvidence1795540400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE release ADD COLUMN decision jsonb');
    await runner.query('ALTER TABLE release_step ADD COLUMN state jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("UPDATE release_step SET status = 'RUNNING' WHERE status = 'INCONCLUSIVE'");
    await runner.query('ALTER TABLE release_step DROP COLUMN state');
    await runner.query('ALTER TABLE release DROP COLUMN decision');
  }
}
