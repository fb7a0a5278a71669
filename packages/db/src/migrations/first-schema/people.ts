export const peopleTables = `
CREATE TABLE workspace (
  id text NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_workspace PRIMARY KEY (id),
  CONSTRAINT uq_workspace_name UNIQUE (name)
);

CREATE TABLE member (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  email text NOT NULL,
  name text NOT NULL,
  roles text[] NOT NULL DEFAULT '{}',
  CONSTRAINT pk_member PRIMARY KEY (id),
  CONSTRAINT uq_member_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_member_email UNIQUE (workspace_id, email)
);

CREATE TABLE token (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL,
  name text NOT NULL,
  hash bytea NOT NULL,
  scopes text[] NOT NULL DEFAULT '{}',
  member_id text,
  node_id text,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  CONSTRAINT pk_token PRIMARY KEY (id),
  CONSTRAINT uq_token_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_token_hash UNIQUE (hash)
);
CREATE INDEX ix_token_member_id ON token (member_id);
CREATE INDEX ix_token_node_id ON token (node_id);

CREATE TABLE audit_event (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  actor_token_id text NOT NULL,
  action text NOT NULL,
  subject_id text,
  input jsonb NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT pk_audit_event PRIMARY KEY (id),
  CONSTRAINT uq_audit_event_id UNIQUE (workspace_id, id)
);
CREATE INDEX ix_audit_event_actor_token_id ON audit_event (actor_token_id);

CREATE TABLE idempotency_record (
  id text NOT NULL,
  workspace_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  token_id text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  response jsonb,
  CONSTRAINT pk_idempotency_record PRIMARY KEY (id),
  CONSTRAINT uq_idempotency_record_id UNIQUE (workspace_id, id),
  CONSTRAINT uq_idempotency_record_token_id_key UNIQUE (workspace_id, token_id, key)
);
CREATE INDEX ix_idempotency_record_token_id ON idempotency_record (token_id);
`;

export const peopleForeignKeys = `
ALTER TABLE member
  ADD CONSTRAINT fk_member_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE token
  ADD CONSTRAINT fk_token_member_id FOREIGN KEY (workspace_id, member_id) REFERENCES member(workspace_id,id),
  ADD CONSTRAINT fk_token_node_id FOREIGN KEY (workspace_id, node_id) REFERENCES node(workspace_id,id),
  ADD CONSTRAINT fk_token_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE audit_event
  ADD CONSTRAINT fk_audit_event_actor_token_id FOREIGN KEY (workspace_id, actor_token_id) REFERENCES token(workspace_id,id),
  ADD CONSTRAINT fk_audit_event_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE idempotency_record
  ADD CONSTRAINT fk_idempotency_record_token_id FOREIGN KEY (workspace_id, token_id) REFERENCES token(workspace_id,id),
  ADD CONSTRAINT fk_idempotency_record_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);
`;
