import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an evaluation has joined is kept, so that the next one joins only what is new. */
export class LabelWindows1795520100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE monitor ADD COLUMN joined jsonb;
      CREATE TABLE label_window (
        workspace_id text NOT NULL,
        monitor_id text NOT NULL,
        window_start timestamptz NOT NULL,
        label_batch_id text NOT NULL,
        CONSTRAINT pk_label_window PRIMARY KEY (monitor_id, window_start, label_batch_id),
        CONSTRAINT fk_label_window_monitor_id FOREIGN KEY (workspace_id, monitor_id) REFERENCES monitor(workspace_id,id),
        CONSTRAINT fk_label_window_label_batch_id FOREIGN KEY (workspace_id, label_batch_id) REFERENCES label_batch(workspace_id,id) ON DELETE CASCADE
      );
      CREATE INDEX ix_label_window_monitor_id ON label_window (monitor_id);
      CREATE INDEX ix_label_window_label_batch_id ON label_window (label_batch_id);
      -- Evaluations look for batches that were never joined: a few among all there ever were.
      CREATE INDEX px_label_batch_endpoint_id ON label_batch (endpoint_id) WHERE unmatched IS NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX px_label_batch_endpoint_id;
      DROP TABLE label_window;
      ALTER TABLE monitor DROP COLUMN joined;`);
  }
}
