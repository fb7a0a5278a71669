import { SMALL_ENDPOINT } from '../../interop/small-endpoint.ts';
import type { Evidence, Invariant } from './invariant.ts';
import { ofRows } from './invariant.ts';

interface WindowRow {
  readonly key: string;
  readonly rows: number;
  readonly threshold: number;
  readonly performance: Readonly<Record<'labels' | 'coverage' | 'tp' | 'fp' | 'tn' | 'fn', number>> | null;
}

interface Recomputed {
  rows: number;
  /** The newest score of each event. */
  readonly scores: Map<string, { readonly at: number; readonly score: number }>;
}

const WINDOWS = `
  SELECT w.model_version_id || ' ' || (extract(epoch FROM w.window_start) * 1000)::bigint AS key, w.rows::int, v.threshold, w.performance
  FROM monitor_window w JOIN model_version v ON v.id = w.model_version_id`;

/** The windows as the rows of the lake have them. */
async function recompute({ manager, lake }: Evidence): Promise<ReadonlyMap<string, Recomputed>> {
  const [monitor] = await manager.query<{ seconds: number }[]>(
    `SELECT (m.definition ->> 'windowSeconds')::int AS seconds FROM monitor m JOIN endpoint e ON e.id = m.endpoint_id WHERE e.name = $1`,
    [SMALL_ENDPOINT],
  );
  const milliseconds = (monitor?.seconds ?? 1) * 1000;
  const windows = new Map<string, Recomputed>();
  for (const { modelVersionId, eventTime, eventId, score } of lake.predictions) {
    const key = `${modelVersionId} ${Math.floor(eventTime / milliseconds) * milliseconds}`;
    const window = windows.get(key) ?? { rows: 0, scores: new Map() };
    window.rows += 1;
    const known = window.scores.get(eventId);
    if (known === undefined || known.at < eventTime) window.scores.set(eventId, { at: eventTime, score });
    windows.set(key, window);
  }
  return windows;
}

/** What became of the events of a window, from its labels in the lake. */
function outcomesOf({ scores }: Recomputed, threshold: number, labels: ReadonlyMap<string, number>): Record<string, number> {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (const [eventId, { score }] of scores) {
    const label = labels.get(eventId);
    if (label !== undefined) counts[score >= threshold ? (label === 1 ? 'tp' : 'fp') : label === 1 ? 'fn' : 'tn'] += 1;
  }
  const known = counts.tp + counts.fp + counts.tn + counts.fn;
  return { ...counts, labels: known, coverage: known / scores.size };
}

const ONE = '(SELECT id FROM monitor_window WHERE performance IS NOT NULL LIMIT 1)';

/** Windows say what the rows say. */
export const WINDOWS_AND_OBSERVATIONS: readonly Invariant[] = [
  ofRows(
    'every window closed, once it was asked to',
    `SELECT id, status FROM monitor_window WHERE status <> 'CLOSED' OR closed_at IS NULL`,
    `UPDATE monitor_window SET status = 'OPEN' WHERE id = ${ONE}`,
  ),
  {
    says: 'windows recompute: each has the rows that the lake has of its time and version, and there is none too many and none too few',
    breaches: async (evidence) => {
      const windows = await evidence.manager.query<WindowRow[]>(WINDOWS);
      const recomputed = await recompute(evidence);
      const known = new Set(windows.map(({ key }) => key));
      const missing = [...recomputed.keys()].filter((key) => !known.has(key));
      return [
        ...missing,
        ...windows.filter(({ key, rows }) => recomputed.get(key)?.rows !== rows).map(({ key, rows }) => ({ key, rows, is: recomputed.get(key)?.rows })),
      ];
    },
    sabotage: async ({ manager }) => {
      await manager.query(`UPDATE monitor_window SET rows = rows + 1 WHERE id = ${ONE}`);
    },
  },
  {
    says: 'the performance of windows recomputes from predictions and labels',
    breaches: async (evidence) => {
      const windows = await evidence.manager.query<WindowRow[]>(WINDOWS);
      const recomputed = await recompute(evidence);
      const labels = new Map(evidence.lake.labels.map(({ eventId, value }) => [eventId, value]));
      return windows.flatMap(({ key, threshold, performance }) => {
        const window = recomputed.get(key);
        const should = window === undefined ? {} : outcomesOf(window, threshold, labels);
        const wrong = Object.entries(should).filter(([name, value]) => performance?.[name as 'labels'] !== value);
        return wrong.length === 0 ? [] : [{ key, performance, should }];
      });
    },
    sabotage: async ({ manager }) => {
      await manager.query(`UPDATE monitor_window SET performance = jsonb_set(performance, '{labels}', '1000000') WHERE id = ${ONE}`);
    },
  },
  ofRows(
    'the summary of a window counts each row once in every histogram',
    `SELECT w.id, feature.name FROM monitor_window w, LATERAL (
        SELECT 'score' AS name, w.summary -> 'score' AS histogram UNION ALL SELECT key, value FROM jsonb_each(w.summary -> 'features')) feature
      WHERE (SELECT sum(count::bigint) FROM jsonb_array_elements_text(feature.histogram -> 'counts') count)
        + (feature.histogram ->> 'nulls')::bigint + coalesce((feature.histogram ->> 'other')::bigint, 0) <> w.rows`,
    `UPDATE monitor_window SET summary = jsonb_set(summary, '{score,nulls}', '1000000') WHERE id = ${ONE}`,
  ),
  ofRows(
    'an observation stands once for each window that has labels, with the value that the window has',
    `SELECT w.id, w.performance ->> 'accuracy' AS accuracy, o.standing, o.value FROM monitor_window w LEFT JOIN LATERAL (
        SELECT count(*) AS standing, max(value) AS value FROM observation o
        WHERE o.window_id = w.id AND NOT EXISTS (SELECT 1 FROM observation newer WHERE newer.supersedes = o.id)) o ON true
      WHERE (w.performance ->> 'labels')::int > 0 AND (o.standing <> 1 OR abs(o.value - (w.performance ->> 'accuracy')::float8) > 1e-9)`,
    `UPDATE observation SET value = value + 1 WHERE window_id IS NOT NULL`,
  ),
];
