import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the files of a data source are read is kept with it; what is not declared is found. */
export class ReadingDefinitions1795540100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE data_source ADD COLUMN reading jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE data_source DROP COLUMN reading');
  }
}
