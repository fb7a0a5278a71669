import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Batch inference, with the job that does it. */
export class ScoringRuns1795500500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scoring_run (
        id text NOT NULL,
        workspace_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        model_version_id text NOT NULL,
        dataset_version_id text NOT NULL,
        output_dataset_id text NOT NULL,
        environment_id text,
        key_columns text[] NOT NULL DEFAULT '{}',
        job_id text NOT NULL,
        output_dataset_version_id text,
        rows bigint,
        rejected bigint,
        CONSTRAINT pk_scoring_run PRIMARY KEY (id),
        CONSTRAINT uq_scoring_run_id UNIQUE (workspace_id, id),
        CONSTRAINT fk_scoring_run_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id),
        CONSTRAINT fk_scoring_run_model_version_id FOREIGN KEY (workspace_id, model_version_id) REFERENCES model_version(workspace_id,id),
        CONSTRAINT fk_scoring_run_dataset_version_id FOREIGN KEY (workspace_id, dataset_version_id) REFERENCES dataset_version(workspace_id,id),
        CONSTRAINT fk_scoring_run_output_dataset_id FOREIGN KEY (workspace_id, output_dataset_id) REFERENCES dataset(workspace_id,id),
        CONSTRAINT fk_scoring_run_environment_id FOREIGN KEY (workspace_id, environment_id) REFERENCES environment(workspace_id,id),
        CONSTRAINT fk_scoring_run_job_id FOREIGN KEY (workspace_id, job_id) REFERENCES job(workspace_id,id),
        CONSTRAINT fk_scoring_run_output_dataset_version_id FOREIGN KEY (workspace_id, output_dataset_version_id) REFERENCES dataset_version(workspace_id,id)
      );
      CREATE INDEX ix_scoring_run_model_version_id ON scoring_run (model_version_id);
      CREATE INDEX ix_scoring_run_dataset_version_id ON scoring_run (dataset_version_id);
      CREATE INDEX ix_scoring_run_output_dataset_id ON scoring_run (output_dataset_id);
      CREATE INDEX ix_scoring_run_environment_id ON scoring_run (environment_id);
      CREATE INDEX ix_scoring_run_job_id ON scoring_run (job_id);
      CREATE INDEX ix_scoring_run_output_dataset_version_id ON scoring_run (output_dataset_version_id);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE scoring_run');
  }
}
