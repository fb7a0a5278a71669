import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How a model is served, which version shadows an endpoint, what an ensemble consists of, and on which endpoints a token may predict. */
export class ServingOptions1795500400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE model ADD COLUMN serving jsonb NOT NULL DEFAULT '{}';
      ALTER TABLE endpoint ADD COLUMN shadow jsonb, ADD COLUMN ensemble jsonb;
      ALTER TABLE token ADD COLUMN endpoint_ids text[];`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE token DROP COLUMN endpoint_ids;
      ALTER TABLE endpoint DROP COLUMN shadow, DROP COLUMN ensemble;
      ALTER TABLE model DROP COLUMN serving;`);
  }
}
