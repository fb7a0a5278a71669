import type { EntityManager } from 'typeorm';

/** What was observed of a metric as a whole at one time. */
export interface TrendObservation {
  readonly metricId: string;
  readonly observedAt: Date;
  readonly value: number;
  readonly createdAt: Date;
}

/** Of several model versions that were observed at one time, during a canary say, the one that rests on most labels speaks. */
const TREND = `
  SELECT DISTINCT ON (metric_id, observed_at) metric_id AS "metricId", observed_at AS "observedAt", value, created_at AS "createdAt" FROM (
    SELECT DISTINCT ON (metric_id, observed_at, model_version_id) *
    FROM observation WHERE metric_id = ANY($1) AND segment = '' ORDER BY metric_id, observed_at, model_version_id, created_at DESC, id DESC
  ) AS current
  ORDER BY metric_id, observed_at, CASE jsonb_typeof(detail -> 'labels') WHEN 'number' THEN (detail ->> 'labels')::float8 END DESC NULLS LAST, created_at DESC, id DESC`;

/** Per metric and time the one current observation of the metric as a whole, oldest first. */
export function observedTrend(manager: EntityManager, metricIds: readonly string[]): Promise<TrendObservation[]> {
  return manager.query(TREND, [metricIds]);
}

/** The time of the newest observation of any metric of the use case, or `null`: its "now" where the clock is that of events. */
export async function newestObservationTime(manager: EntityManager, useCaseId: string): Promise<Date | null> {
  const [row]: { newest: Date | null }[] = await manager.query(
    `SELECT max(o.newest) AS newest FROM metric
     CROSS JOIN LATERAL (SELECT max(observed_at) AS newest FROM observation WHERE metric_id = metric.id) AS o WHERE metric.use_case_id = $1`,
    [useCaseId],
  );
  return row?.newest ?? null;
}
