import type { Acknowledged } from '../acknowledged.ts';
import { ofRows, type Invariant } from './invariant.ts';

/** Rows that a mutation makes one of, by the name of the mutation. */
const DEEDS = {
  startPipelineRuns: 'SELECT id FROM pipeline_run',
  createScoringRun: 'SELECT id FROM scoring_run',
  startTrainingRun: 'SELECT id FROM training_run',
  startRelease: 'SELECT id FROM release',
  recordLabels: 'SELECT id FROM label_batch',
  recordPredictionSegment: 'SELECT id FROM prediction_segment',
  recordScoringOutput: `SELECT id FROM dataset_version WHERE lineage ? 'scoringRunId'`,
};

const oncePerDeed: readonly Invariant[] = Object.entries(DEEDS).map(([action, rows]) =>
  ofRows(
    `${action} left one audit event for each row that it made`,
    `SELECT coalesce(made.id, told.subject_id) AS id, told.times FROM (${rows}) made
      FULL JOIN (SELECT subject_id, count(*)::int AS times FROM audit_event WHERE action = '${action}' GROUP BY subject_id) told ON told.subject_id = made.id
      WHERE made.id IS NULL OR told.times IS DISTINCT FROM 1`,
    `INSERT INTO audit_event (id, workspace_id, actor_token_id, action, subject_id, input)
      SELECT 'another', workspace_id, actor_token_id, action, subject_id, input FROM audit_event WHERE action = '${action}' LIMIT 1`,
  ),
);

/** Nothing is cancelled or begun again by hand more than once here. */
const oncePerJob: readonly Invariant[] = (
  [
    ['cancelJob', 'cancels'],
    ['retryJob', 'retries'],
  ] as const
).map(([action, kind]) => ({
  says: `every acknowledged ${action} left one audit event`,
  breaches: async ({ manager, seen }) => {
    const rows = await manager.query<{ id: string; times: number }[]>(
      `SELECT subject_id AS id, count(*)::int AS times FROM audit_event WHERE action = '${action}' GROUP BY subject_id`,
    );
    const times = new Map(rows.map((row) => [row.id, row.times]));
    return [...rows.filter((row) => row.times > 1), ...seen[kind].filter((id) => !times.has(id))];
  },
  sabotage: (evidence) => ({ ...evidence, seen: { ...evidence.seen, [kind]: ['never asked'] } satisfies Acknowledged }),
}));

/** Everything that was done was told once. */
export const AUDIT: readonly Invariant[] = [...oncePerDeed, ...oncePerJob];
