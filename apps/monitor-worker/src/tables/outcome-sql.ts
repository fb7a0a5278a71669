import { stretchesOf } from './batch-stretches.ts';
import type { WantedWindow } from './outcome-tables.ts';

/*
 * SQL over two relations: predictions(event_id, event_time, model_version_id, score) and labels(event_id, value,
 * label_batch_id). A label that is said twice counts as said last; ids of batches sort by time. An event that was predicted
 * twice in one window counts once, with its last score.
 */

/** Start of the window of a prediction, in milliseconds since the epoch. */
function windowStartOf(windowSeconds: number): string {
  const milliseconds = windowSeconds * 1000;
  return `(floor(epoch_ms(event_time) / ${milliseconds}) * ${milliseconds})::BIGINT`;
}

/**
 * Gives one row per window: predictions, labels, tp, fp, tn, fn, log_loss and brier (sums), wins and pairs (of the AUC, a
 * tie being half a win). The formulas are those of the statistics package, which the tests hold them to.
 */
export function performanceSql(windowSeconds: number, windows: readonly WantedWindow[], batchIds: readonly string[]): string {
  const wanted = windows.map(({ modelVersionId, windowStart, threshold }) => `(${text(modelVersionId)}, ${windowStart}::BIGINT, ${threshold}::DOUBLE)`);
  return `
    WITH wanted(model_version_id, window_start, threshold) AS (VALUES ${wanted.join(', ')}),
    seen AS (
      SELECT p.model_version_id, p.window_start, p.event_id, arg_max(p.score, p.event_time) AS score, any_value(w.threshold) AS threshold
      FROM (SELECT model_version_id, event_id, event_time, score, ${windowStartOf(windowSeconds)} AS window_start FROM (${during(windowSeconds, windows)}) WHERE score IS NOT NULL) p
      JOIN wanted w USING (model_version_id, window_start)
      GROUP BY ALL
    ),
    truth AS (
      SELECT event_id, arg_max(value, label_batch_id) = 1 AS positive
      FROM (${labelsOf(batchIds)}) WHERE event_id IN (SELECT event_id FROM seen) GROUP BY event_id
    ),
    judged AS (SELECT seen.*, truth.positive, least(greatest(score, 1e-15), 1 - 1e-15) AS clipped FROM seen LEFT JOIN truth USING (event_id)),
    counts AS (
      SELECT model_version_id, window_start, count(*) AS predictions, count(positive) AS labels,
        count(*) FILTER (positive AND score >= threshold) AS tp, count(*) FILTER (NOT positive AND score >= threshold) AS fp,
        count(*) FILTER (NOT positive AND score < threshold) AS tn, count(*) FILTER (positive AND score < threshold) AS fn,
        coalesce(sum(-ln(CASE WHEN positive THEN clipped ELSE 1 - clipped END)) FILTER (positive IS NOT NULL), 0) AS log_loss,
        coalesce(sum((score - positive::INT) ** 2), 0) AS brier
      FROM judged GROUP BY ALL
    ),
    scores AS (
      SELECT model_version_id, window_start, score, count(*) FILTER (positive) AS positives, count(*) FILTER (NOT positive) AS negatives
      FROM judged WHERE positive IS NOT NULL GROUP BY ALL
    ),
    ranked AS (
      SELECT *, coalesce(sum(negatives) OVER (PARTITION BY model_version_id, window_start ORDER BY score ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS below
      FROM scores
    ),
    areas AS (
      SELECT model_version_id, window_start, sum(positives * (below + negatives / 2)) AS wins, sum(positives) * sum(negatives) AS pairs
      FROM ranked GROUP BY ALL
    )
    SELECT model_version_id, window_start, predictions, labels, tp, fp, tn, fn, log_loss, brier, coalesce(wins, 0)::DOUBLE AS wins, coalesce(pairs, 0)::DOUBLE AS pairs
    FROM counts LEFT JOIN areas USING (model_version_id, window_start)`;
}

/** A condition on the labels: those of some batches. The range lets DuckDB pass over row groups, which the list does not. */
export function inBatches(batchIds: readonly string[]): string {
  const [first, last] = [batchIds.reduce((low, id) => (id < low ? id : low), batchIds[0] ?? ''), batchIds.reduce((high, id) => (id > high ? id : high), '')];
  return batchIds.length === 0 ? 'false' : `label_batch_id BETWEEN ${text(first)} AND ${text(last)} AND label_batch_id IN (${texts(batchIds)})`;
}

/** Labels of some batches: those that came at about one time are read together, and what lies between is passed over. */
function labelsOf(batchIds: readonly string[]): string {
  const stretches = stretchesOf(batchIds).map((ids) => `SELECT event_id, value, label_batch_id FROM labels WHERE ${inBatches(ids)}`);
  return stretches.length === 0 ? 'SELECT event_id, value, label_batch_id FROM labels WHERE false' : stretches.join(' UNION ALL ');
}

/** Milliseconds since the epoch, `to` not included. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The times of windows, those that meet as one. */
export function timeRanges(windowSeconds: number, windows: readonly Pick<WantedWindow, 'windowStart'>[]): TimeRange[] {
  const ranges: TimeRange[] = [];
  for (const from of [...new Set(windows.map(({ windowStart }) => windowStart))].toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    const to = from + windowSeconds * 1000;
    if (last?.to === from) ranges[ranges.length - 1] = { from: last.from, to };
    else ranges.push({ from, to });
  }
  return ranges;
}

/** Rows come in the order of time, so with a range of its own for each stretch of windows DuckDB passes over most of them. */
function during(windowSeconds: number, windows: readonly WantedWindow[]): string {
  return timeRanges(windowSeconds, windows)
    .map(
      ({ from, to }) =>
        `SELECT model_version_id, event_id, event_time, score FROM predictions WHERE event_time >= ${instant(from)} AND event_time < ${instant(to)}`,
    )
    .join(' UNION ALL ');
}

/** By its microseconds: the last window of the year 9999 ends in a year that DuckDB does not read as text. */
function instant(milliseconds: number): string {
  return `make_timestamptz(${BigInt(milliseconds) * 1000n})`;
}

function texts(values: readonly string[]): string {
  return values.map(text).join(', ');
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
