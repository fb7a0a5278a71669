import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is swept is found by an index; tables that are updated and emptied all day are vacuumed before they bloat. */
export class Retention1795520200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sweep (
        name text NOT NULL,
        holder text NOT NULL,
        lease_expires_at timestamptz NOT NULL,
        swept_at timestamptz,
        result jsonb,
        CONSTRAINT pk_sweep PRIMARY KEY (name)
      );
      ALTER TABLE prediction_segment ADD COLUMN artifact_removed_at timestamptz;
      ALTER TABLE label_batch ADD COLUMN artifact_removed_at timestamptz;
      CREATE INDEX ix_idempotency_record_created_at ON idempotency_record (created_at);
      CREATE INDEX ix_audit_event_occurred_at ON audit_event (occurred_at);
      CREATE INDEX ix_job_log_at ON job_log (at);
      CREATE INDEX ix_job_finished_at ON job (finished_at);
      CREATE INDEX ix_prediction_segment_updated_at ON prediction_segment (updated_at);
      CREATE INDEX ix_prediction_segment_artifact_digest ON prediction_segment (artifact_digest);
      CREATE INDEX px_prediction_segment_created_at ON prediction_segment (created_at) WHERE artifact_removed_at IS NULL;
      CREATE INDEX ix_label_batch_updated_at ON label_batch (updated_at);
      CREATE INDEX ix_label_batch_artifact_digest ON label_batch (artifact_digest);
      CREATE INDEX px_label_batch_created_at ON label_batch (created_at) WHERE artifact_removed_at IS NULL;
      CREATE INDEX ix_training_run_artifact_digest ON training_run (artifact_digest);
      CREATE INDEX ix_monitor_window_closed_at ON monitor_window (closed_at);
      CREATE INDEX px_observation_created_at ON observation (created_at) WHERE supersedes IS NOT NULL;
      ALTER TABLE job SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05, fillfactor = 80);
      ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
      ALTER TABLE job_log SET (autovacuum_vacuum_scale_factor = 0.05);
      ALTER TABLE monitor_window SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
      ALTER TABLE monitor SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE monitor RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
      ALTER TABLE monitor_window RESET (autovacuum_vacuum_scale_factor, fillfactor);
      ALTER TABLE job_log RESET (autovacuum_vacuum_scale_factor);
      ALTER TABLE outbox RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
      ALTER TABLE job RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, fillfactor);
      DROP INDEX px_observation_created_at;
      DROP INDEX ix_monitor_window_closed_at;
      DROP INDEX ix_training_run_artifact_digest;
      DROP INDEX px_label_batch_created_at;
      DROP INDEX ix_label_batch_artifact_digest;
      DROP INDEX ix_label_batch_updated_at;
      DROP INDEX px_prediction_segment_created_at;
      DROP INDEX ix_prediction_segment_artifact_digest;
      DROP INDEX ix_prediction_segment_updated_at;
      DROP INDEX ix_job_finished_at;
      DROP INDEX ix_job_log_at;
      DROP INDEX ix_audit_event_occurred_at;
      DROP INDEX ix_idempotency_record_created_at;
      ALTER TABLE label_batch DROP COLUMN artifact_removed_at;
      ALTER TABLE prediction_segment DROP COLUMN artifact_removed_at;
      DROP TABLE sweep;`);
  }
}
