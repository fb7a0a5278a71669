export const scienceTables = `
CREATE TABLE experiment (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  use_case_id text NOT NULL,
  name text NOT NULL,
  CONSTRAINT pk_experiment PRIMARY KEY (id),
  CONSTRAINT uq_experiment_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_experiment_use_case_id_name UNIQUE (use_case_id, name)
);

CREATE TABLE training_run (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  experiment_id text NOT NULL,
  dataset_version_id text NOT NULL,
  spec jsonb NOT NULL,
  code_reference text,
  environment jsonb,
  job_id text NOT NULL,
  artifact_digest text,
  artifact_bytes bigint,
  signature jsonb,
  score_output text,
  reference_profile jsonb,
  metrics jsonb,
  baseline_metrics jsonb,
  threshold double precision,
  model_card text,
  description jsonb,
  CONSTRAINT pk_training_run PRIMARY KEY (id),
  CONSTRAINT uq_training_run_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_training_run_dataset_version_id ON training_run (dataset_version_id);
CREATE INDEX ix_training_run_experiment_id ON training_run (experiment_id);
CREATE INDEX ix_training_run_job_id ON training_run (job_id);

CREATE TABLE training_metric (
  training_run_id text NOT NULL,
  name text NOT NULL,
  step integer NOT NULL,
  value double precision NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_training_metric PRIMARY KEY (training_run_id, name, step)
);

CREATE TABLE model (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  name text NOT NULL,
  use_case_id text NOT NULL,
  CONSTRAINT pk_model PRIMARY KEY (id),
  CONSTRAINT uq_model_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_model_name UNIQUE (workspace_id, name)
);
CREATE INDEX ix_model_use_case_id ON model (use_case_id);

CREATE TABLE model_version (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  model_id text NOT NULL,
  version integer NOT NULL,
  training_run_id text,
  artifact_digest text NOT NULL,
  artifact_bytes bigint NOT NULL,
  signature jsonb NOT NULL,
  reference_profile jsonb,
  threshold double precision NOT NULL,
  score_output text NOT NULL,
  model_card text NOT NULL,
  lineage jsonb NOT NULL,
  CONSTRAINT pk_model_version PRIMARY KEY (id),
  CONSTRAINT uq_model_version_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_model_version_model_id_version UNIQUE (model_id, version)
);
CREATE INDEX ix_model_version_artifact_digest ON model_version (workspace_id, artifact_digest);
CREATE INDEX ix_model_version_training_run_id ON model_version (training_run_id);

CREATE TABLE model_alias (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  model_id text NOT NULL,
  name text NOT NULL,
  model_version_id text NOT NULL,
  CONSTRAINT pk_model_alias PRIMARY KEY (id),
  CONSTRAINT uq_model_alias_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_model_alias_model_id_name UNIQUE (model_id, name)
);
CREATE INDEX ix_model_alias_model_version_id ON model_alias (model_version_id);

CREATE TABLE evaluation (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  model_version_id text NOT NULL,
  dataset_version_id text NOT NULL,
  split text NOT NULL,
  metrics jsonb NOT NULL,
  baseline_metrics jsonb NOT NULL,
  CONSTRAINT pk_evaluation PRIMARY KEY (id),
  CONSTRAINT uq_evaluation_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_evaluation_dataset_version_id ON evaluation (dataset_version_id);
CREATE INDEX ix_evaluation_model_version_id ON evaluation (model_version_id);
`;

export const scienceForeignKeys = `
ALTER TABLE experiment
  ADD CONSTRAINT fk_experiment_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_experiment_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE training_run
  ADD CONSTRAINT fk_training_run_dataset_version_id FOREIGN KEY (workspace_id, dataset_version_id) REFERENCES dataset_version(workspace_id,id),
  ADD CONSTRAINT fk_training_run_experiment_id FOREIGN KEY (workspace_id, experiment_id) REFERENCES experiment(workspace_id,id),
  ADD CONSTRAINT fk_training_run_job_id FOREIGN KEY (workspace_id, job_id) REFERENCES job(workspace_id,id),
  ADD CONSTRAINT fk_training_run_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE training_metric
  ADD CONSTRAINT fk_training_metric_training_run_id FOREIGN KEY (training_run_id) REFERENCES training_run(id) ON DELETE CASCADE;

ALTER TABLE model
  ADD CONSTRAINT fk_model_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_model_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE model_version
  ADD CONSTRAINT fk_model_version_model_id FOREIGN KEY (workspace_id, model_id) REFERENCES model(workspace_id,id),
  ADD CONSTRAINT fk_model_version_training_run_id FOREIGN KEY (workspace_id, training_run_id) REFERENCES training_run(workspace_id,id),
  ADD CONSTRAINT fk_model_version_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE model_alias
  ADD CONSTRAINT fk_model_alias_model_id FOREIGN KEY (workspace_id, model_id) REFERENCES model(workspace_id,id),
  ADD CONSTRAINT fk_model_alias_model_version_id FOREIGN KEY (workspace_id, model_version_id) REFERENCES model_version(workspace_id,id),
  ADD CONSTRAINT fk_model_alias_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE evaluation
  ADD CONSTRAINT fk_evaluation_dataset_version_id FOREIGN KEY (workspace_id, dataset_version_id) REFERENCES dataset_version(workspace_id,id),
  ADD CONSTRAINT fk_evaluation_model_version_id FOREIGN KEY (workspace_id, model_version_id) REFERENCES model_version(workspace_id,id),
  ADD CONSTRAINT fk_evaluation_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);
`;
