export const dataTables = `
CREATE TABLE data_source (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  name text NOT NULL,
  format text NOT NULL,
  uri text NOT NULL,
  CONSTRAINT pk_data_source PRIMARY KEY (id),
  CONSTRAINT uq_data_source_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_data_source_name UNIQUE (workspace_id, name)
);

CREATE TABLE dataset (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  name text NOT NULL,
  owner text,
  location text NOT NULL,
  schema jsonb NOT NULL,
  partition_by text[] NOT NULL DEFAULT '{}',
  CONSTRAINT pk_dataset PRIMARY KEY (id),
  CONSTRAINT uq_dataset_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_dataset_name UNIQUE (workspace_id, name)
);

CREATE TABLE dataset_version (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  dataset_id text NOT NULL,
  delta_version integer NOT NULL,
  rows bigint NOT NULL,
  bytes bigint NOT NULL,
  schema jsonb NOT NULL,
  profile jsonb,
  lineage jsonb NOT NULL,
  pipeline_run_id text,
  CONSTRAINT pk_dataset_version PRIMARY KEY (id),
  CONSTRAINT uq_dataset_version_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_dataset_version_dataset_id_delta_version UNIQUE (dataset_id, delta_version)
);
CREATE INDEX ix_dataset_version_pipeline_run_id ON dataset_version (pipeline_run_id);

CREATE TABLE data_requirement (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  use_case_id text NOT NULL,
  name text NOT NULL,
  definition jsonb NOT NULL,
  CONSTRAINT pk_data_requirement PRIMARY KEY (id),
  CONSTRAINT uq_data_requirement_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_data_requirement_use_case_id ON data_requirement (use_case_id);

CREATE TABLE availability_assessment (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  data_requirement_id text NOT NULL,
  data_source_id text,
  dataset_version_id text,
  job_id text NOT NULL,
  verdict text,
  result jsonb,
  CONSTRAINT pk_availability_assessment PRIMARY KEY (id),
  CONSTRAINT uq_availability_assessment_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_availability_assessment_data_requirement_id ON availability_assessment (data_requirement_id);
CREATE INDEX ix_availability_assessment_data_source_id ON availability_assessment (data_source_id);
CREATE INDEX ix_availability_assessment_dataset_version_id ON availability_assessment (dataset_version_id);
CREATE INDEX ix_availability_assessment_job_id ON availability_assessment (job_id);

CREATE TABLE pipeline (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  name text NOT NULL,
  version integer NOT NULL DEFAULT '1',
  use_case_id text,
  definition jsonb NOT NULL,
  CONSTRAINT pk_pipeline PRIMARY KEY (id),
  CONSTRAINT uq_pipeline_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_pipeline_name_version UNIQUE (workspace_id, name, version)
);
CREATE INDEX ix_pipeline_use_case_id ON pipeline (use_case_id);

CREATE TABLE pipeline_run (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  pipeline_id text NOT NULL,
  interval_start timestamptz NOT NULL,
  interval_end timestamptz NOT NULL,
  sequence integer NOT NULL DEFAULT '1',
  job_id text NOT NULL,
  dataset_version_id text,
  rows_loaded bigint,
  rows_quarantined bigint,
  expectations jsonb,
  CONSTRAINT pk_pipeline_run PRIMARY KEY (id),
  CONSTRAINT uq_pipeline_run_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_pipeline_run_pipeline_id_interval_start_interval_end_sequenc UNIQUE (pipeline_id, interval_start, interval_end, sequence)
);
CREATE INDEX ix_pipeline_run_dataset_version_id ON pipeline_run (dataset_version_id);
CREATE INDEX ix_pipeline_run_job_id ON pipeline_run (job_id);
`;

export const dataForeignKeys = `
ALTER TABLE data_source
  ADD CONSTRAINT fk_data_source_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE dataset
  ADD CONSTRAINT fk_dataset_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE dataset_version
  ADD CONSTRAINT fk_dataset_version_dataset_id FOREIGN KEY (workspace_id, dataset_id) REFERENCES dataset(workspace_id,id),
  ADD CONSTRAINT fk_dataset_version_pipeline_run_id FOREIGN KEY (workspace_id, pipeline_run_id) REFERENCES pipeline_run(workspace_id,id),
  ADD CONSTRAINT fk_dataset_version_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE data_requirement
  ADD CONSTRAINT fk_data_requirement_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_data_requirement_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE availability_assessment
  ADD CONSTRAINT fk_availability_assessment_data_requirement_id FOREIGN KEY (workspace_id, data_requirement_id) REFERENCES data_requirement(workspace_id,id),
  ADD CONSTRAINT fk_availability_assessment_data_source_id FOREIGN KEY (workspace_id, data_source_id) REFERENCES data_source(workspace_id,id),
  ADD CONSTRAINT fk_availability_assessment_dataset_version_id FOREIGN KEY (workspace_id, dataset_version_id) REFERENCES dataset_version(workspace_id,id),
  ADD CONSTRAINT fk_availability_assessment_job_id FOREIGN KEY (workspace_id, job_id) REFERENCES job(workspace_id,id),
  ADD CONSTRAINT fk_availability_assessment_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE pipeline
  ADD CONSTRAINT fk_pipeline_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_pipeline_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE pipeline_run
  ADD CONSTRAINT fk_pipeline_run_dataset_version_id FOREIGN KEY (workspace_id, dataset_version_id) REFERENCES dataset_version(workspace_id,id),
  ADD CONSTRAINT fk_pipeline_run_job_id FOREIGN KEY (workspace_id, job_id) REFERENCES job(workspace_id,id),
  ADD CONSTRAINT fk_pipeline_run_pipeline_id FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipeline(workspace_id,id),
  ADD CONSTRAINT fk_pipeline_run_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);
`;
