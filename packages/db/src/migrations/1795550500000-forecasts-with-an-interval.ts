import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A forecast is an interval and a probability instead of one number. What was forecast before is made anew when a milestone is judged next. */
export class ForecastsWithAnInterval1795550500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE milestone ALTER COLUMN forecast TYPE jsonb USING NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE milestone ALTER COLUMN forecast TYPE double precision USING (forecast ->> 'value')::double precision`);
  }
}
