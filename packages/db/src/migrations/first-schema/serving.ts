export const servingTables = `
CREATE TABLE environment (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  name text NOT NULL,
  target text NOT NULL DEFAULT 'local',
  policy jsonb NOT NULL,
  generation integer NOT NULL DEFAULT '0',
  CONSTRAINT pk_environment PRIMARY KEY (id),
  CONSTRAINT uq_environment_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_environment_name UNIQUE (workspace_id, name)
);

CREATE TABLE node (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  name text NOT NULL,
  environment_id text NOT NULL,
  url text NOT NULL,
  execution_providers jsonb NOT NULL,
  hardware jsonb NOT NULL,
  node_class text NOT NULL,
  status text NOT NULL DEFAULT 'READY',
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  served_generation integer NOT NULL DEFAULT '0',
  version_states jsonb NOT NULL DEFAULT '[]',
  stats jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT pk_node PRIMARY KEY (id),
  CONSTRAINT uq_node_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_node_name UNIQUE (workspace_id, name)
);
CREATE INDEX ix_node_environment_id ON node (environment_id);

CREATE TABLE endpoint (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  name text NOT NULL,
  environment_id text NOT NULL,
  use_case_id text NOT NULL,
  traffic jsonb NOT NULL DEFAULT '[]',
  CONSTRAINT pk_endpoint PRIMARY KEY (id),
  CONSTRAINT uq_endpoint_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_endpoint_name UNIQUE (workspace_id, name)
);
CREATE INDEX ix_endpoint_environment_id ON endpoint (environment_id);
CREATE INDEX ix_endpoint_use_case_id ON endpoint (use_case_id);

CREATE TABLE assigned_version (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  environment_id text NOT NULL,
  model_version_id text NOT NULL,
  reason text NOT NULL,
  CONSTRAINT pk_assigned_version PRIMARY KEY (id),
  CONSTRAINT uq_assigned_version_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_assigned_version_environment_id_model_version_id_reason UNIQUE (environment_id, model_version_id, reason)
);
CREATE INDEX ix_assigned_version_model_version_id ON assigned_version (model_version_id);

CREATE TABLE environment_assessment (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  model_version_id text NOT NULL,
  environment_id text NOT NULL,
  node_id text,
  node_class text NOT NULL,
  status text NOT NULL DEFAULT 'QUEUED',
  result jsonb,
  error jsonb,
  CONSTRAINT pk_environment_assessment PRIMARY KEY (id),
  CONSTRAINT uq_environment_assessment_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_environment_assessment_environment_id_status ON environment_assessment (environment_id, status);
CREATE INDEX ix_environment_assessment_model_version_id ON environment_assessment (model_version_id);
CREATE INDEX ix_environment_assessment_node_id ON environment_assessment (node_id);

CREATE TABLE release (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  endpoint_id text NOT NULL,
  environment_id text NOT NULL,
  model_version_id text NOT NULL,
  previous_traffic jsonb NOT NULL,
  status text NOT NULL DEFAULT 'PENDING',
  job_id text NOT NULL,
  reason text,
  CONSTRAINT pk_release PRIMARY KEY (id),
  CONSTRAINT uq_release_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_release_endpoint_id ON release (endpoint_id);
CREATE INDEX ix_release_environment_id ON release (environment_id);
CREATE INDEX ix_release_job_id ON release (job_id);
CREATE INDEX ix_release_model_version_id ON release (model_version_id);

CREATE TABLE release_step (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  release_id text NOT NULL,
  sequence integer NOT NULL,
  kind text NOT NULL,
  status text NOT NULL DEFAULT 'RUNNING',
  evidence jsonb NOT NULL DEFAULT '{}',
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CONSTRAINT pk_release_step PRIMARY KEY (id),
  CONSTRAINT uq_release_step_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_release_step_release_id_sequence UNIQUE (release_id, sequence)
);
`;

export const servingForeignKeys = `
ALTER TABLE environment
  ADD CONSTRAINT fk_environment_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE node
  ADD CONSTRAINT fk_node_environment_id FOREIGN KEY (workspace_id, environment_id) REFERENCES environment(workspace_id,id),
  ADD CONSTRAINT fk_node_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE endpoint
  ADD CONSTRAINT fk_endpoint_environment_id FOREIGN KEY (workspace_id, environment_id) REFERENCES environment(workspace_id,id),
  ADD CONSTRAINT fk_endpoint_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_endpoint_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE assigned_version
  ADD CONSTRAINT fk_assigned_version_environment_id FOREIGN KEY (workspace_id, environment_id) REFERENCES environment(workspace_id,id),
  ADD CONSTRAINT fk_assigned_version_model_version_id FOREIGN KEY (workspace_id, model_version_id) REFERENCES model_version(workspace_id,id),
  ADD CONSTRAINT fk_assigned_version_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE environment_assessment
  ADD CONSTRAINT fk_environment_assessment_environment_id FOREIGN KEY (workspace_id, environment_id) REFERENCES environment(workspace_id,id),
  ADD CONSTRAINT fk_environment_assessment_model_version_id FOREIGN KEY (workspace_id, model_version_id) REFERENCES model_version(workspace_id,id),
  ADD CONSTRAINT fk_environment_assessment_node_id FOREIGN KEY (workspace_id, node_id) REFERENCES node(workspace_id,id),
  ADD CONSTRAINT fk_environment_assessment_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE release
  ADD CONSTRAINT fk_release_endpoint_id FOREIGN KEY (workspace_id, endpoint_id) REFERENCES endpoint(workspace_id,id),
  ADD CONSTRAINT fk_release_environment_id FOREIGN KEY (workspace_id, environment_id) REFERENCES environment(workspace_id,id),
  ADD CONSTRAINT fk_release_job_id FOREIGN KEY (workspace_id, job_id) REFERENCES job(workspace_id,id),
  ADD CONSTRAINT fk_release_model_version_id FOREIGN KEY (workspace_id, model_version_id) REFERENCES model_version(workspace_id,id),
  ADD CONSTRAINT fk_release_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE release_step
  ADD CONSTRAINT fk_release_step_release_id FOREIGN KEY (workspace_id, release_id) REFERENCES release(workspace_id,id),
  ADD CONSTRAINT fk_release_step_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);
`;
