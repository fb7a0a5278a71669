import { ofRows, type Invariant } from './invariant.ts';

const ONE = '(SELECT id FROM job ORDER BY id LIMIT 1)';
const ONE_SUCCEEDED = `(SELECT id FROM job WHERE status = 'SUCCEEDED' ORDER BY id LIMIT 1)`;
const TELLING = 'id, name, status, attempt, error';

const FAULTS = `'JOB_FAILED', 'UNAVAILABLE', 'STORAGE_UNAVAILABLE', 'NODE_UNAVAILABLE', 'TIMEOUT', 'CONFLICT', 'COMMIT_CONFLICT'`;

/** Every accepted job ended once, and says how. */
export const JOBS: readonly Invariant[] = [
  ofRows('every job ended', `SELECT ${TELLING} FROM job WHERE status IN ('QUEUED', 'RUNNING')`, `UPDATE job SET status = 'RUNNING' WHERE id = ${ONE}`),
  ofRows(
    'a job that ended has its time',
    `SELECT ${TELLING} FROM job WHERE finished_at IS NULL OR finished_at < created_at`,
    `UPDATE job SET finished_at = NULL WHERE id = ${ONE}`,
  ),
  ofRows(
    'a job that ended is held by nobody',
    `SELECT ${TELLING} FROM job WHERE lease_holder IS NOT NULL OR lease_expires_at IS NOT NULL`,
    `UPDATE job SET lease_holder = 'zombie' WHERE id = ${ONE}`,
  ),
  ofRows(
    'a job that ended commits no more',
    `SELECT ${TELLING} FROM job WHERE commit_begun_at IS NOT NULL`,
    `UPDATE job SET commit_begun_at = now() WHERE id = ${ONE}`,
  ),
  ofRows('a job that ended is not parked', `SELECT ${TELLING} FROM job WHERE parked_at IS NOT NULL`, `UPDATE job SET parked_at = now() WHERE id = ${ONE}`),
  ofRows(
    'a job that succeeded has its result and no error',
    `SELECT ${TELLING} FROM job WHERE status = 'SUCCEEDED' AND (result IS NULL OR error IS NOT NULL)`,
    `UPDATE job SET result = NULL WHERE id = ${ONE_SUCCEEDED}`,
  ),
  ofRows(
    'a job that did not succeed has no result',
    `SELECT ${TELLING} FROM job WHERE status <> 'SUCCEEDED' AND result IS NOT NULL`,
    `UPDATE job SET status = 'CANCELLED' WHERE id = ${ONE_SUCCEEDED}`,
  ),
  ofRows(
    'a job that failed says why',
    `SELECT ${TELLING} FROM job WHERE status = 'FAILED' AND error IS NULL`,
    `UPDATE job SET status = 'FAILED' WHERE id = ${ONE_SUCCEEDED}`,
  ),
  ofRows(
    'nothing is cancelled that nobody cancelled',
    `SELECT ${TELLING} FROM job WHERE status = 'CANCELLED' AND cancel_requested_at IS NULL`,
    `UPDATE job SET status = 'CANCELLED', cancel_requested_at = NULL WHERE id = ${ONE_SUCCEEDED}`,
  ),
  ofRows(
    'nothing that was accepted is given up: predictions, labels and evaluations',
    `SELECT ${TELLING} FROM job WHERE queue = 'monitoring' AND status <> 'SUCCEEDED'`,
    `UPDATE job SET status = 'FAILED' WHERE id = (SELECT id FROM job WHERE queue = 'monitoring' LIMIT 1)`,
  ),
  ofRows(
    'a job fails only because of faults: its worker, the storage or the database was away, or a newer run was there before it',
    `SELECT ${TELLING} FROM job WHERE status = 'FAILED' AND error ->> 'code' NOT IN (${FAULTS})`,
    `UPDATE job SET status = 'FAILED', error = '{"code": "INTERNAL"}' WHERE id = ${ONE}`,
  ),
  ofRows(
    'no delivery is owed',
    `SELECT id, job_id FROM outbox WHERE published_at IS NULL`,
    `INSERT INTO outbox (job_id, queue, name) SELECT id, queue, name FROM job WHERE id = ${ONE}`,
  ),
];
