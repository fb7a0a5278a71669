import { Observation } from '@millrace/db';
import { rowsWhere, type Reader } from '../../loading/batch-reads.ts';
import { pageFrom, type Page, type PageRequest } from '../../loading/page.ts';
import type { Loaders } from '../../loading/loaders.ts';

/** One page of the current observations of a metric, oldest first: of those corrected by newer ones, only the newest. */
export async function observationPage(loaders: Loaders, metricId: string, request: PageRequest): Promise<Page<Observation>> {
  const pages = loaders.own(`observations ${request.first} ${request.afterId ?? ''}`, (reader, metricIds) => readPages(reader, metricIds, request));
  return (await pages.load(metricId)) ?? { rows: [], hasNextPage: false };
}

async function readPages(reader: Reader, metricIds: readonly string[], request: PageRequest): Promise<Map<string, Page<Observation>>> {
  const after = request.afterId === undefined ? '' : 'WHERE (observed_at, id) > (SELECT observed_at, id FROM observation WHERE id = $3)';
  const found: { id: string }[] = await reader.manager.query(
    `SELECT page.id FROM unnest($1::text[]) AS metric(id) CROSS JOIN LATERAL (
       SELECT id FROM (
         SELECT DISTINCT ON (observed_at, segment, model_version_id) id, observed_at FROM observation
         WHERE metric_id = metric.id ORDER BY observed_at, segment, model_version_id, created_at DESC, id DESC) current
       ${after} ORDER BY observed_at, id LIMIT $2) page`,
    [metricIds, request.first + 1, ...(request.afterId === undefined ? [] : [request.afterId])],
  );
  const ids = found.map(({ id }) => id);
  const rows = await rowsWhere(reader, Observation, 'id', ids, { observedAt: 'ASC', id: 'ASC' });
  const byMetric = Map.groupBy(rows, (row) => row.metricId);
  return new Map(metricIds.map((id) => [id, pageFrom(byMetric.get(id) ?? [], request)]));
}
