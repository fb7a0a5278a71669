import type { Reader } from '../../loading/batch-reads.ts';
import type { Loaders } from '../../loading/loaders.ts';

/** What has arrived for an endpoint, and what of it is still to be taken in. */
export interface EndpointBacklog {
  /** Segments and label batches that are not in the lakehouse yet. */
  readonly pending: number;
  readonly received: number;
  readonly unmatched: number;
  readonly rejected: number;
}

const NOTHING: EndpointBacklog = { pending: 0, received: 0, unmatched: 0, rejected: 0 };

export async function backlogOf(loaders: Loaders, endpointId: string): Promise<EndpointBacklog> {
  return (await loaders.own('endpoint backlog', readBacklogs).load(endpointId)) ?? NOTHING;
}

/** A batch that was not joined yet counts as unmatched: nothing of it has joined a prediction. */
async function readBacklogs({ manager }: Reader, endpointIds: readonly string[]): Promise<Map<string, EndpointBacklog>> {
  const rows: { id: string; segments: string; batches: string; received: string; unmatched: string; rejected: string }[] = await manager.query(
    `SELECT endpoint.id,
       (SELECT count(*) FROM prediction_segment s WHERE s.endpoint_id = endpoint.id AND s.status = 'RECEIVED') AS segments,
       count(b.id) FILTER (WHERE b.status = 'RECEIVED') AS batches,
       coalesce(sum(b.rows), 0) AS received, coalesce(sum(coalesce(b.unmatched, b.rows)), 0) AS unmatched, coalesce(sum(b.rejected), 0) AS rejected
     FROM unnest($1::text[]) AS endpoint(id) LEFT JOIN label_batch b ON b.endpoint_id = endpoint.id GROUP BY endpoint.id`,
    [endpointIds],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      { pending: Number(row.segments) + Number(row.batches), received: Number(row.received), unmatched: Number(row.unmatched), rejected: Number(row.rejected) },
    ]),
  );
}
