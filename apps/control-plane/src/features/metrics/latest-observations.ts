import { Observation } from '@millrace/db';
import { rowsWhere, type Reader } from '../../loading/batch-reads.ts';
import type { Loaders } from '../../loading/loaders.ts';

/** The newest observation of a metric over everything (no segment). Of two for one time the one that rests on more labels counts, then the later one. */
export function latestObservation(loaders: Loaders, metricId: string): Promise<Observation | undefined> {
  return loaders.own('latest observation', readLatestObservations).load(metricId);
}

export async function readLatestObservations(reader: Reader, metricIds: readonly string[]): Promise<Map<string, Observation>> {
  const found: { id: string }[] = await reader.manager.query(
    `SELECT newest.id FROM unnest($1::text[]) AS metric(id) CROSS JOIN LATERAL (
       SELECT id FROM observation WHERE metric_id = metric.id AND segment = ''
       ORDER BY observed_at DESC, CASE jsonb_typeof(detail -> 'labels') WHEN 'number' THEN (detail ->> 'labels')::float8 END DESC NULLS LAST, created_at DESC, id DESC
       LIMIT 1) newest`,
    [metricIds],
  );
  const rows = await rowsWhere(
    reader,
    Observation,
    'id',
    found.map(({ id }) => id),
  );
  return new Map(rows.map((row) => [row.metricId, row]));
}
