import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many rows of a label batch were set aside. */
export class RejectedLabels1795510200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE label_batch ADD COLUMN rejected bigint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE label_batch DROP COLUMN rejected');
  }
}
