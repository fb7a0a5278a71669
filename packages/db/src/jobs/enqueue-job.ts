import { JOB_CATALOG, MillraceError, newId, type JobName, type JobPayload } from '@millrace/contracts';
import type { EntityManager } from 'typeorm';
import { Job } from '../entities/job.entity.ts';

export interface JobRequest<Name extends JobName> {
  readonly workspaceId: string;
  readonly name: Name;
  readonly payload: JobPayload<Name>;
  /** While a job with the same key is queued, no second one is made. */
  readonly dedupeKey?: string;
  readonly delaySeconds?: number;
}

const INSERT = `
  WITH inserted AS (
    INSERT INTO job (id, workspace_id, queue, name, payload, dedupe_key, available_at)
    VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
    ON CONFLICT (workspace_id, dedupe_key) WHERE status = 'QUEUED' AND dedupe_key IS NOT NULL DO NOTHING
    RETURNING id, queue, name
  ), delivery AS (
    INSERT INTO outbox (job_id, queue, name, delay_milliseconds) SELECT id, queue, name, ceil($7 * 1000)::int FROM inserted
  )
  SELECT id FROM inserted`;

const FIND_QUEUED = `SELECT id FROM job WHERE workspace_id = $1 AND dedupe_key = $2 AND status = 'QUEUED' FOR NO KEY UPDATE`;

/**
 * Writes a job and the delivery that the relay owes for it, both in the transaction of the caller: a rejected transaction
 * leaves no job behind. A queued job found by its key is locked until that transaction ends, so it cannot begin without
 * seeing what the caller wrote.
 * @throws MillraceError `PAYLOAD_INVALID` when the payload is not what the catalog asks for
 */
export async function enqueueJob<Name extends JobName>(manager: EntityManager, request: JobRequest<Name>): Promise<Job> {
  const { workspaceId, name, dedupeKey = null, delaySeconds = 0 } = request;
  const payload = parsePayload(name, request.payload);
  const values = [newId('job'), workspaceId, JOB_CATALOG[name].queue, name, JSON.stringify(payload), dedupeKey, delaySeconds];
  for (;;) {
    let found: { id: string }[] = await manager.query(INSERT, values);
    if (found.length === 0) found = await manager.query(FIND_QUEUED, [workspaceId, dedupeKey]);
    const [row] = found;
    // Neither: the queued one was taken between the two statements, so there is room for a new one.
    if (row !== undefined) return manager.findOneByOrFail(Job, { id: row.id });
  }
}

function parsePayload(name: JobName, payload: unknown): unknown {
  const parsed = JOB_CATALOG[name].payload.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const listed = issues.map(({ path, message }) => `${path || 'payload'}: ${message}`).join('; ');
  throw new MillraceError('PAYLOAD_INVALID', `The payload of job ${name} is not valid: ${listed}.`, { fields: { name, issues } });
}
