import { ofRows, type Invariant } from './invariant.ts';

const WHOLE = 100;
const sumOf = (split: string): number => split.split(' + ').reduce((sum, weight) => sum + Number(weight), 0);

/** Releases are decided, and traffic is split over versions that are there, to the last percent. */
export const RELEASES: readonly Invariant[] = [
  {
    says: 'every split of traffic that was seen sums to 100',
    breaches: ({ seen }) => [...seen.splits.keys()].filter((split) => sumOf(split) !== WHOLE),
    sabotage: (evidence) => ({ ...evidence, seen: { ...evidence.seen, splits: new Map([['90 + 9', 1]]) } }),
  },
  ofRows(
    'every endpoint with traffic gives away 100 percent of it',
    `SELECT name, traffic FROM endpoint WHERE traffic <> '[]' AND (SELECT sum((share ->> 'weight')::int) FROM jsonb_array_elements(traffic) share) <> ${WHOLE}`,
    `UPDATE endpoint SET traffic = jsonb_set(traffic, '{0,weight}', '99') WHERE traffic <> '[]'`,
  ),
  ofRows(
    'an endpoint gives all of its traffic to one version when no release is on its way',
    `SELECT name, traffic FROM endpoint WHERE jsonb_array_length(traffic) > 1`,
    `UPDATE endpoint SET traffic = traffic || traffic WHERE traffic <> '[]'`,
  ),
  ofRows(
    'a release is decided when its job ended',
    `SELECT id, status FROM release WHERE status IN ('PENDING', 'CHECKING', 'CANARY')`,
    `UPDATE release SET status = 'CANARY' WHERE id = (SELECT id FROM release LIMIT 1)`,
  ),
  ofRows(
    'a release is promoted when its job succeeded with that, and never when it was cancelled or failed',
    `SELECT r.id, r.status, j.status AS job FROM release r JOIN job j ON j.id = r.job_id WHERE r.status = 'PROMOTED' AND j.status <> 'SUCCEEDED'`,
    `UPDATE job SET status = 'CANCELLED' WHERE id IN (SELECT job_id FROM release WHERE status = 'PROMOTED')`,
  ),
  ofRows(
    'the endpoint serves the version that was promoted last',
    `SELECT e.name, e.traffic, r.model_version_id FROM endpoint e
      JOIN LATERAL (SELECT model_version_id FROM release WHERE endpoint_id = e.id AND status = 'PROMOTED' ORDER BY created_at DESC LIMIT 1) r ON true
      WHERE e.traffic -> 0 ->> 'modelVersionId' <> r.model_version_id`,
    `UPDATE endpoint SET traffic = '[{"weight": 100, "modelVersionId": "another"}]' WHERE traffic <> '[]'`,
  ),
  ofRows(
    'no step of a release is left running',
    `SELECT release_id, kind FROM release_step WHERE status IN ('RUNNING', 'INCONCLUSIVE')`,
    `UPDATE release_step SET status = 'RUNNING' WHERE id = (SELECT id FROM release_step LIMIT 1)`,
  ),
  ofRows(
    'nodes need not hold a version for a release that is decided',
    `SELECT model_version_id FROM assigned_version WHERE reason = 'RELEASE'`,
    `INSERT INTO assigned_version (id, workspace_id, environment_id, model_version_id, reason)
      SELECT 'another', workspace_id, environment_id, model_version_id, 'RELEASE' FROM release LIMIT 1`,
  ),
];
