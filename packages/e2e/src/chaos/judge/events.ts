import type { Evidence, Invariant } from './invariant.ts';
import { ofRows } from './invariant.ts';

/** A score is stored as it was answered, up to the digits of a 32-bit float. */
const PRECISION = 1e-6;

interface EventRow {
  readonly eventId: string;
}

/** What was acknowledged of a kind is in the lake, as it was said, and nothing is there twice; what was sent without an answer may be there, once. */
function exactlyOnce<Kind extends 'predictions' | 'labels' | 'watchedLabels'>(
  kind: Kind,
  valueOf: (row: Evidence['lake'][Kind][number]) => number,
): readonly Invariant[] {
  const rowsOf = ({ lake }: Evidence): readonly Evidence['lake'][Kind][number][] => lake[kind];
  const withRows = (evidence: Evidence, rows: readonly EventRow[]): Evidence => ({ ...evidence, lake: { ...evidence.lake, [kind]: rows } });
  return [
    {
      says: `all acknowledged ${kind} are there`,
      breaches: (evidence) => {
        const there = new Set(rowsOf(evidence).map(({ eventId }) => eventId));
        return [...evidence.seen[kind].keys()].filter((eventId) => !there.has(eventId));
      },
      sabotage: (evidence) => {
        const [lost] = evidence.seen[kind].keys();
        return withRows(
          evidence,
          rowsOf(evidence).filter(({ eventId }) => eventId !== lost),
        );
      },
    },
    {
      says: `none of the ${kind} is there twice`,
      breaches: (evidence) => {
        const once = new Set<string>();
        return rowsOf(evidence).filter(({ eventId }) => once.size === once.add(eventId).size);
      },
      sabotage: (evidence) => withRows(evidence, [...rowsOf(evidence), ...rowsOf(evidence).slice(0, 1)]),
    },
    {
      says: `the ${kind} are as they were answered`,
      breaches: (evidence) => rowsOf(evidence).filter((row) => Math.abs(valueOf(row) - (evidence.seen[kind].get(row.eventId) ?? valueOf(row))) > PRECISION),
      sabotage: (evidence) => ({
        ...evidence,
        seen: { ...evidence.seen, [kind]: new Map([...evidence.seen[kind]].map(([eventId, value]) => [eventId, value + 1])) },
      }),
    },
  ];
}

const SUMS = {
  predictions: `SELECT coalesce(sum(s.rows), 0)::int AS rows FROM prediction_segment s JOIN endpoint e ON e.id = s.endpoint_id WHERE e.name = 'small_flights'`,
};

/** Predictions and labels: all there, once, exact. */
export const EVENTS: readonly Invariant[] = [
  ...exactlyOnce('predictions', ({ score }) => score),
  ...exactlyOnce('labels', ({ value }) => value),
  ...exactlyOnce('watchedLabels', ({ value }) => value),
  {
    says: 'the segments that were taken in have as many rows as the table of predictions',
    breaches: async ({ manager, lake }) => {
      const [sum] = await manager.query<{ rows: number }[]>(SUMS.predictions);
      return sum?.rows === lake.predictions.length ? [] : [{ recorded: sum?.rows, there: lake.predictions.length }];
    },
    sabotage: async ({ manager }) => {
      await manager.query('UPDATE prediction_segment SET rows = rows + 1');
    },
  },
  {
    says: 'a batch of labels has as many rows in its table as it was recorded with',
    breaches: async ({ manager, lake }) => {
      const batches = await manager.query<{ id: string; rows: string }[]>('SELECT id, rows FROM label_batch');
      const counts = new Map<string, number>();
      for (const { batchId } of [...lake.labels, ...lake.watchedLabels]) counts.set(batchId, (counts.get(batchId) ?? 0) + 1);
      return batches.filter(({ id, rows }) => counts.get(id) !== Number(rows));
    },
    sabotage: async ({ manager }) => {
      await manager.query('UPDATE label_batch SET rows = rows + 1');
    },
  },
  ofRows(
    'every segment and every batch is taken in',
    `SELECT id FROM prediction_segment WHERE status <> 'INGESTED' UNION ALL SELECT id FROM label_batch WHERE status <> 'INGESTED' OR rejected > 0`,
    `UPDATE prediction_segment SET status = 'RECEIVED' WHERE id = (SELECT id FROM prediction_segment LIMIT 1)`,
  ),
];
