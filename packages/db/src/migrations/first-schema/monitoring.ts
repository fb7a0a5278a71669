export const monitoringTables = `
CREATE TABLE monitor (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  endpoint_id text NOT NULL,
  definition jsonb NOT NULL,
  watermark timestamptz,
  close_up_to timestamptz,
  CONSTRAINT pk_monitor PRIMARY KEY (id),
  CONSTRAINT uq_monitor_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_monitor_endpoint_id UNIQUE (endpoint_id)
);

CREATE TABLE monitor_window (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  monitor_id text NOT NULL,
  model_version_id text NOT NULL,
  window_start timestamptz NOT NULL,
  window_end timestamptz NOT NULL,
  status text NOT NULL DEFAULT 'OPEN',
  summary jsonb NOT NULL,
  rows bigint NOT NULL,
  drift jsonb,
  drift_share double precision,
  performance jsonb,
  closed_at timestamptz,
  CONSTRAINT pk_monitor_window PRIMARY KEY (id),
  CONSTRAINT uq_monitor_window_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_monitor_window_monitor_id_model_version_id_window_start UNIQUE (monitor_id, model_version_id, window_start)
);
CREATE INDEX ix_monitor_window_model_version_id ON monitor_window (model_version_id);
CREATE INDEX ix_monitor_window_monitor_id_status_window_end ON monitor_window (monitor_id, status, window_end);

CREATE TABLE prediction_segment (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  node_id text NOT NULL,
  sequence integer NOT NULL,
  endpoint_id text NOT NULL,
  artifact_digest text NOT NULL,
  rows bigint NOT NULL,
  min_event_time timestamptz NOT NULL,
  max_event_time timestamptz NOT NULL,
  summaries jsonb NOT NULL,
  status text NOT NULL DEFAULT 'RECEIVED',
  job_id text NOT NULL,
  CONSTRAINT pk_prediction_segment PRIMARY KEY (id),
  CONSTRAINT uq_prediction_segment_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_prediction_segment_node_id_sequence UNIQUE (node_id, sequence)
);
CREATE INDEX ix_prediction_segment_endpoint_id_status ON prediction_segment (endpoint_id, status);
CREATE INDEX ix_prediction_segment_job_id ON prediction_segment (job_id);

CREATE TABLE label_batch (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  endpoint_id text NOT NULL,
  artifact_digest text NOT NULL,
  rows bigint NOT NULL,
  status text NOT NULL DEFAULT 'RECEIVED',
  unmatched bigint,
  job_id text NOT NULL,
  CONSTRAINT pk_label_batch PRIMARY KEY (id),
  CONSTRAINT uq_label_batch_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_label_batch_endpoint_id ON label_batch (endpoint_id);
CREATE INDEX ix_label_batch_job_id ON label_batch (job_id);

CREATE TABLE alert (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  monitor_id text NOT NULL,
  cause text NOT NULL,
  status text NOT NULL DEFAULT 'OPEN',
  title text NOT NULL,
  detail jsonb NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  CONSTRAINT pk_alert PRIMARY KEY (id),
  CONSTRAINT uq_alert_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_alert_monitor_id ON alert (monitor_id);
CREATE UNIQUE INDEX px_alert_monitor_id_cause ON alert (monitor_id, cause) WHERE status = 'OPEN';
`;

export const monitoringForeignKeys = `
ALTER TABLE monitor
  ADD CONSTRAINT fk_monitor_endpoint_id FOREIGN KEY (workspace_id, endpoint_id) REFERENCES endpoint(workspace_id,id),
  ADD CONSTRAINT fk_monitor_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE monitor_window
  ADD CONSTRAINT fk_monitor_window_model_version_id FOREIGN KEY (workspace_id, model_version_id) REFERENCES model_version(workspace_id,id),
  ADD CONSTRAINT fk_monitor_window_monitor_id FOREIGN KEY (workspace_id, monitor_id) REFERENCES monitor(workspace_id,id),
  ADD CONSTRAINT fk_monitor_window_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE prediction_segment
  ADD CONSTRAINT fk_prediction_segment_endpoint_id FOREIGN KEY (workspace_id, endpoint_id) REFERENCES endpoint(workspace_id,id),
  ADD CONSTRAINT fk_prediction_segment_job_id FOREIGN KEY (workspace_id, job_id) REFERENCES job(workspace_id,id),
  ADD CONSTRAINT fk_prediction_segment_node_id FOREIGN KEY (workspace_id, node_id) REFERENCES node(workspace_id,id),
  ADD CONSTRAINT fk_prediction_segment_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE label_batch
  ADD CONSTRAINT fk_label_batch_endpoint_id FOREIGN KEY (workspace_id, endpoint_id) REFERENCES endpoint(workspace_id,id),
  ADD CONSTRAINT fk_label_batch_job_id FOREIGN KEY (workspace_id, job_id) REFERENCES job(workspace_id,id),
  ADD CONSTRAINT fk_label_batch_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE alert
  ADD CONSTRAINT fk_alert_monitor_id FOREIGN KEY (workspace_id, monitor_id) REFERENCES monitor(workspace_id,id),
  ADD CONSTRAINT fk_alert_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);
`;
