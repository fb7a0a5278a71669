import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers under idempotency keys are kept as the text that was sent: `jsonb` sorts keys, writes numbers anew and refuses some texts. */
export class AnswersToTheLetter1795530100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_record ALTER COLUMN response TYPE text USING response::text, ADD COLUMN answer text');
  }

  async down(runner: QueryRunner): Promise<void> {
    // Keys are for hours: what this schema cannot hold is forgotten.
    await runner.query('DELETE FROM idempotency_record');
    await runner.query('ALTER TABLE idempotency_record DROP COLUMN answer, ALTER COLUMN response TYPE jsonb USING response::jsonb');
  }
}
