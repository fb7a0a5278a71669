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

/** Gives model_version_id, window_start: the windows with predictions that the labels of the batches are for. */
export function windowsOfLabelsSql(windowSeconds: number, batchIds: readonly string[]): string {
  return `
    SELECT DISTINCT model_version_id, ${windowStartOf(windowSeconds)} AS window_start
    FROM predictions
    WHERE event_id IN (SELECT event_id FROM labels WHERE label_batch_id IN (${texts(batchIds)}))`;
}

/** Gives label_batch_id, unmatched: labels of the batches without a prediction. */
export function unmatchedSql(batchIds: readonly string[]): string {
  return `
    SELECT label_batch_id, count(*) AS unmatched
    FROM labels
    WHERE label_batch_id IN (${texts(batchIds)}) AND event_id NOT IN (SELECT event_id FROM predictions WHERE event_id IS NOT NULL)
    GROUP BY label_batch_id`;
}

/**
 * Gives one row per window: predictions, labels, tp, fp, tn, fn, log_loss and brier (sums), wins and pairs (of the AUC, a
 * tie being half a win). The formulas are those of the statistics package, which the tests hold them to.
 */
export function performanceSql(windowSeconds: number, windows: readonly WantedWindow[]): string {
  const wanted = windows.map(({ modelVersionId, windowStart, threshold }) => `(${text(modelVersionId)}, ${windowStart}::BIGINT, ${threshold}::DOUBLE)`);
  return `
    WITH wanted(model_version_id, window_start, threshold) AS (VALUES ${wanted.join(', ')}),
    seen AS (
      SELECT p.model_version_id, p.window_start, p.event_id, arg_max(p.score, p.event_time) AS score, any_value(w.threshold) AS threshold
      FROM (SELECT model_version_id, event_id, event_time, score, ${windowStartOf(windowSeconds)} AS window_start FROM predictions WHERE score IS NOT NULL AND ${during(windowSeconds, windows)}) p
      JOIN wanted w USING (model_version_id, window_start)
      GROUP BY ALL
    ),
    truth AS (
      SELECT event_id, arg_max(value, label_batch_id) = 1 AS positive
      FROM labels WHERE event_id IN (SELECT event_id FROM seen) GROUP BY event_id
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

/** Segments come in the order of time, so a range of event time lets DuckDB pass over most files. */
function during(windowSeconds: number, windows: readonly WantedWindow[]): string {
  const starts = windows.map((window) => window.windowStart);
  const end = starts.reduce((latest, start) => Math.max(latest, start), Number.NEGATIVE_INFINITY) + windowSeconds * 1000;
  const start = starts.reduce((earliest, candidate) => Math.min(earliest, candidate), Number.POSITIVE_INFINITY);
  return `event_time >= ${instant(start)} AND event_time < ${instant(end)}`;
}

function instant(milliseconds: number): string {
  return `TIMESTAMPTZ ${text(new Date(milliseconds).toISOString())}`;
}

function texts(values: readonly string[]): string {
  return values.map(text).join(', ');
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
