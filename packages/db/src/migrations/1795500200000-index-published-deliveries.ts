import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Old deliveries are forgotten with every sweep; without this index each sweep reads all of the last hour. */
export class IndexPublishedDeliveries1795500200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX ix_outbox_published_at ON outbox (published_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_outbox_published_at');
  }
}
