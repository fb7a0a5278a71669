import { In, type EntityManager } from 'typeorm';
import { Observation } from '../entities/observation.entity.ts';
import { checkPage, toPage, type Page, type PageRequest } from './page.queries.ts';

/** One row per time, segment and model version: the newest says what is so. Ordered by time. */
const CURRENT = `
  SELECT id, observed_at FROM (
    SELECT DISTINCT ON (observed_at, segment, model_version_id) id, observed_at
    FROM observation WHERE metric_id = $1 ORDER BY observed_at, segment, model_version_id, created_at DESC, id DESC
  ) AS current`;

/** One page of the current observations of a metric, oldest first. The cursor is the id of an observation. */
export async function pageOfObservations(manager: EntityManager, metricId: string, request: PageRequest): Promise<Page<Observation>> {
  const { first, after } = checkPage(request);
  const beyond = `(observed_at, id) > (SELECT observed_at, id FROM observation WHERE id = $3)`;
  const sql = `${CURRENT} ${after === undefined ? '' : `WHERE ${beyond}`} ORDER BY observed_at, id LIMIT $2`;
  const rows: { id: string }[] = await manager.query(sql, [metricId, first + 1, ...(after === undefined ? [] : [after])]);
  return toPage(await inOrder(manager, rows), first);
}

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

async function inOrder(manager: EntityManager, rows: readonly { id: string }[]): Promise<Observation[]> {
  const found = new Map((await manager.findBy(Observation, { id: In(rows.map(({ id }) => id)) })).map((observation) => [observation.id, observation]));
  return rows.flatMap(({ id }) => found.get(id) ?? []);
}
