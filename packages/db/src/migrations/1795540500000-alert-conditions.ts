import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Monitors alert on conditions, and judge drift by p-values instead of a PSI that takes no heed of how many rows there are. What a
 * monitor asked of the share of drifted features stays; the score, which nothing watched, is watched from now on.
 */
export class AlertConditions1795540500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE monitor SET definition = (definition - 'psiThreshold' - 'driftShare') || jsonb_build_object(
        'falseAlarmRate', 0.005, 'minimumPsi', 0.005, 'conditions', jsonb_build_array(
          jsonb_build_object('on', 'FEATURES', 'share', coalesce(definition -> 'driftShare', '0'), 'windows', 1),
          jsonb_build_object('on', 'SCORE', 'windows', 1)))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE monitor SET definition = (definition - 'falseAlarmRate' - 'minimumPsi' - 'conditions') || jsonb_build_object(
        'psiThreshold', 0.25, 'driftShare', coalesce(jsonb_path_query_first(definition, '$.conditions[*] ? (@.on == "FEATURES").share'), '0.5'))`);
  }
}
