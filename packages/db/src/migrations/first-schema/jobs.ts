export const jobsTables = `
CREATE TABLE job (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  queue text NOT NULL,
  name text NOT NULL,
  payload jsonb NOT NULL,
  status text NOT NULL DEFAULT 'QUEUED',
  attempt integer NOT NULL DEFAULT '0',
  lease_holder text,
  lease_expires_at timestamptz,
  cancel_requested_at timestamptz,
  progress double precision NOT NULL DEFAULT '0',
  note text,
  result jsonb,
  error jsonb,
  dedupe_key text,
  available_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  CONSTRAINT pk_job PRIMARY KEY (id),
  CONSTRAINT uq_job_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_job_status_available_at ON job (status, available_at);
CREATE INDEX ix_job_status_lease_expires_at ON job (status, lease_expires_at);
CREATE UNIQUE INDEX px_job_dedupe_key ON job (workspace_id, dedupe_key) WHERE status = 'QUEUED' AND dedupe_key IS NOT NULL;

CREATE TABLE job_log (
  id BIGSERIAL NOT NULL,
  job_id text NOT NULL,
  attempt integer NOT NULL,
  at timestamptz NOT NULL,
  level text NOT NULL,
  message text NOT NULL,
  fields jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT pk_job_log PRIMARY KEY (id)
);
CREATE INDEX ix_job_log_job_id_id ON job_log (job_id, id);

CREATE TABLE outbox (
  id BIGSERIAL NOT NULL,
  job_id text NOT NULL,
  queue text NOT NULL,
  name text NOT NULL,
  delay_milliseconds integer NOT NULL DEFAULT '0',
  created_at timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  CONSTRAINT pk_outbox PRIMARY KEY (id)
);
CREATE INDEX ix_outbox_job_id ON outbox (job_id);
CREATE INDEX px_outbox_id ON outbox (id) WHERE published_at IS NULL;
`;

export const jobsForeignKeys = `
ALTER TABLE job
  ADD CONSTRAINT fk_job_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE job_log
  ADD CONSTRAINT fk_job_log_job_id FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE;

ALTER TABLE outbox
  ADD CONSTRAINT fk_outbox_job_id FOREIGN KEY (job_id) REFERENCES job(id) ON DELETE CASCADE;
`;
