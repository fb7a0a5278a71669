export const productTables = `
CREATE TABLE use_case (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  name text NOT NULL,
  problem text NOT NULL,
  status text NOT NULL DEFAULT 'PROPOSED',
  status_before_review text,
  clock text NOT NULL DEFAULT 'WALL',
  CONSTRAINT pk_use_case PRIMARY KEY (id),
  CONSTRAINT uq_use_case_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_use_case_name UNIQUE (workspace_id, name)
);

CREATE TABLE business_goal (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  use_case_id text NOT NULL,
  metric_id text NOT NULL,
  direction text NOT NULL,
  baseline double precision NOT NULL,
  target double precision NOT NULL,
  unit text NOT NULL,
  due_at timestamptz NOT NULL,
  CONSTRAINT pk_business_goal PRIMARY KEY (id),
  CONSTRAINT uq_business_goal_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_business_goal_use_case_id UNIQUE (use_case_id)
);
CREATE INDEX ix_business_goal_metric_id ON business_goal (metric_id);

CREATE TABLE metric (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  use_case_id text NOT NULL,
  name text NOT NULL,
  source text NOT NULL,
  unit text NOT NULL,
  direction text NOT NULL,
  description text,
  CONSTRAINT pk_metric PRIMARY KEY (id),
  CONSTRAINT uq_metric_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_metric_use_case_id_name UNIQUE (use_case_id, name)
);

CREATE TABLE observation (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  metric_id text NOT NULL,
  observed_at timestamptz NOT NULL,
  value double precision NOT NULL,
  segment text NOT NULL DEFAULT '',
  model_version_id text,
  window_id text,
  supersedes text,
  detail jsonb,
  CONSTRAINT pk_observation PRIMARY KEY (id),
  CONSTRAINT uq_observation_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_observation_metric_id_observed_at_segment_model_version_id ON observation (metric_id, observed_at, segment, model_version_id);
CREATE INDEX ix_observation_model_version_id ON observation (model_version_id);
CREATE INDEX ix_observation_window_id ON observation (window_id);

CREATE TABLE milestone (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  use_case_id text NOT NULL,
  metric_id text NOT NULL,
  name text NOT NULL,
  comparator text NOT NULL,
  threshold double precision NOT NULL,
  due_at timestamptz NOT NULL,
  consecutive_windows integer NOT NULL DEFAULT '1',
  status text NOT NULL DEFAULT 'PENDING',
  reason text NOT NULL DEFAULT '',
  forecast double precision,
  decided_at timestamptz,
  retired_at timestamptz,
  CONSTRAINT pk_milestone PRIMARY KEY (id),
  CONSTRAINT uq_milestone_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_milestone_metric_id ON milestone (metric_id);
CREATE INDEX ix_milestone_use_case_id ON milestone (use_case_id);

CREATE TABLE strategy_review (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  use_case_id text NOT NULL,
  milestone_id text,
  status text NOT NULL DEFAULT 'OPEN',
  reason text NOT NULL,
  evidence jsonb NOT NULL,
  decision text,
  decision_note text,
  decided_by text,
  opened_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  CONSTRAINT pk_strategy_review PRIMARY KEY (id),
  CONSTRAINT uq_strategy_review_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_strategy_review_decided_by ON strategy_review (decided_by);
CREATE INDEX ix_strategy_review_milestone_id ON strategy_review (milestone_id);
CREATE INDEX ix_strategy_review_use_case_id ON strategy_review (use_case_id);
CREATE UNIQUE INDEX px_strategy_review_milestone_id ON strategy_review (milestone_id) WHERE status = 'OPEN' AND milestone_id IS NOT NULL;
`;

export const productForeignKeys = `
ALTER TABLE use_case
  ADD CONSTRAINT fk_use_case_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE business_goal
  ADD CONSTRAINT fk_business_goal_metric_id FOREIGN KEY (workspace_id, metric_id) REFERENCES metric(workspace_id,id),
  ADD CONSTRAINT fk_business_goal_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_business_goal_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE metric
  ADD CONSTRAINT fk_metric_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_metric_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE observation
  ADD CONSTRAINT fk_observation_metric_id FOREIGN KEY (workspace_id, metric_id) REFERENCES metric(workspace_id,id),
  ADD CONSTRAINT fk_observation_model_version_id FOREIGN KEY (workspace_id, model_version_id) REFERENCES model_version(workspace_id,id),
  ADD CONSTRAINT fk_observation_window_id FOREIGN KEY (workspace_id, window_id) REFERENCES monitor_window(workspace_id,id),
  ADD CONSTRAINT fk_observation_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE milestone
  ADD CONSTRAINT fk_milestone_metric_id FOREIGN KEY (workspace_id, metric_id) REFERENCES metric(workspace_id,id),
  ADD CONSTRAINT fk_milestone_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_milestone_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE strategy_review
  ADD CONSTRAINT fk_strategy_review_decided_by FOREIGN KEY (workspace_id, decided_by) REFERENCES token(workspace_id,id),
  ADD CONSTRAINT fk_strategy_review_milestone_id FOREIGN KEY (workspace_id, milestone_id) REFERENCES milestone(workspace_id,id),
  ADD CONSTRAINT fk_strategy_review_use_case_id FOREIGN KEY (workspace_id, use_case_id) REFERENCES use_case(workspace_id,id),
  ADD CONSTRAINT fk_strategy_review_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);
`;
