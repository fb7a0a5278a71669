import type { Acknowledged } from '../acknowledged.ts';
import type { Invariant } from './invariant.ts';

const KINDS = {
  pipelineRuns: 'pipeline_run',
  scoringRuns: 'scoring_run',
  trainingRuns: 'training_run',
  releases: 'release',
} as const satisfies Partial<Record<keyof Acknowledged, string>>;

const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];

const allThere: readonly Invariant[] = kinds.map((kind) => ({
  says: `every acknowledged row of ${KINDS[kind]} is there`,
  breaches: async ({ manager, seen }) => {
    const rows = await manager.query<{ id: string }[]>(`SELECT r.id FROM ${KINDS[kind]} r JOIN job j ON j.id = r.job_id`);
    const there = new Set(rows.map(({ id }) => id));
    return seen[kind].filter((id) => !there.has(id));
  },
  sabotage: (evidence) => ({ ...evidence, seen: { ...evidence.seen, [kind]: [...evidence.seen[kind], 'never begun'] } }),
}));

/** Where nothing got through, nothing was judged. */
const someThrough: readonly Invariant[] = kinds.map((kind) => ({
  says: `something of ${KINDS[kind]} that was begun among faults succeeded`,
  breaches: async ({ manager, seen }) => {
    const rows = await manager.query<{ status: string }[]>(`SELECT j.status FROM ${KINDS[kind]} r JOIN job j ON j.id = r.job_id WHERE r.id = ANY($1)`, [
      seen[kind],
    ]);
    return rows.some(({ status }) => status === 'SUCCEEDED') ? [] : [{ begun: rows.length }];
  },
  sabotage: (evidence) => ({ ...evidence, seen: { ...evidence.seen, [kind]: [] } }),
}));

/** What was begun with an answer is there, with its job, and not all of it in vain. */
export const ACKNOWLEDGED_RUNS: readonly Invariant[] = [...allThere, ...someThrough];
