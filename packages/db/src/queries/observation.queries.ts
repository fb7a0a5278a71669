import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { Observation } from '../entities/observation.entity.ts';
import { checkPage, toPage, type Page, type PageRequest } from './page.queries.ts';

/** One row per time, segment and model version: the newest says what is so. Ordered by time. */
const CURRENT = `
  SELECT id, observed_at FROM (
    SELECT DISTINCT ON (observed_at, segment, model_version_id) id, observed_at
    FROM observation WHERE metric_id = $1 ORDER BY observed_at, segment, model_version_id, created_at DESC, id DESC
  ) AS current`;

/** Every current observation of a metric, oldest first. */
export async function currentObservations(manager: EntityManager, metricId: string): Promise<Observation[]> {
  const rows: { id: string }[] = await manager.query(`${CURRENT} ORDER BY observed_at, id`, [metricId]);
  return inOrder(manager, rows);
}

/** One page of the current observations of a metric, oldest first. The cursor is the id of an observation. */
export async function pageOfObservations(manager: EntityManager, metricId: string, request: PageRequest): Promise<Page<Observation>> {
  const { first, after } = checkPage(request);
  const beyond = `(observed_at, id) > (SELECT observed_at, id FROM observation WHERE id = $3)`;
  const sql = `${CURRENT} ${after === undefined ? '' : `WHERE ${beyond}`} ORDER BY observed_at, id LIMIT $2`;
  const rows: { id: string }[] = await manager.query(sql, [metricId, first + 1, ...(after === undefined ? [] : [after])]);
  return toPage(await inOrder(manager, rows), first);
}

/** The newest observation of a metric as a whole (no segment), or `null`. */
export function latestObservation(manager: EntityManager, metricId: string): Promise<Observation | null> {
  return wholeObservations(manager, [metricId]).orderBy('o.observedAt', 'DESC').addOrderBy('o.createdAt', 'DESC').addOrderBy('o.id', 'DESC').limit(1).getOne();
}

/** Per metric and time, the newest observation of the metric as a whole, whichever model version it is about; oldest first. */
export function observedTrend(manager: EntityManager, metricIds: readonly string[]): Promise<Observation[]> {
  return wholeObservations(manager, metricIds)
    .distinctOn(['o.metricId', 'o.observedAt'])
    .orderBy('o.metricId')
    .addOrderBy('o.observedAt')
    .addOrderBy('o.createdAt', 'DESC')
    .addOrderBy('o.id', 'DESC')
    .getMany();
}

/** The time of the newest observation of any metric of the use case, or `null`: its "now" where the clock is that of events. */
export async function newestObservationTime(manager: EntityManager, useCaseId: string): Promise<Date | null> {
  const [row]: { newest: Date | null }[] = await manager.query(
    'SELECT max(observed_at) AS newest FROM observation JOIN metric ON metric.id = observation.metric_id WHERE metric.use_case_id = $1',
    [useCaseId],
  );
  return row?.newest ?? null;
}

function wholeObservations(manager: EntityManager, metricIds: readonly string[]): SelectQueryBuilder<Observation> {
  return manager.createQueryBuilder(Observation, 'o').where('o.metricId = ANY(:metricIds)', { metricIds }).andWhere(`o.segment = ''`);
}

async function inOrder(manager: EntityManager, rows: readonly { id: string }[]): Promise<Observation[]> {
  const found = new Map((await manager.findBy(Observation, { id: In(rows.map(({ id }) => id)) })).map((observation) => [observation.id, observation]));
  return rows.flatMap(({ id }) => found.get(id) ?? []);
}
