import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { findTransaction } from '../delta/find-transaction.ts';
import { findSnapshot, type Snapshot } from '../delta/snapshot.ts';
import { intervalKeyOf, pipelineKeyOf, type RecordedLoad, type RunIntervalRequest } from './interval-run.ts';

/** The load of a run that an earlier attempt has committed already. */
export interface EarlierLoad {
  readonly deltaVersion: number;
  readonly load: RecordedLoad;
}

/**
 * Finds the commit of this very run. `CONFLICT` where a newer run of the same interval has committed (its rows stand), or where
 * another interval that overlaps this one is loaded (its rows would be there twice).
 */
export async function findEarlierLoad(request: RunIntervalRequest): Promise<EarlierLoad | undefined> {
  const table = join(request.folder, request.definition.dataset);
  const key = intervalKeyOf(request);
  const snapshot = await findSnapshot(table);
  if (snapshot === undefined) return undefined;
  assertNoOverlap(request, snapshot);
  const committed = snapshot.transactions.get(key);
  if (committed === undefined || committed < request.sequence) return undefined;
  if (committed > request.sequence)
    throw new MillraceError(
      'CONFLICT',
      `A newer run (number ${committed}) of this interval has already been loaded; run number ${request.sequence} would put older rows back.`,
      { fields: { key, committed, sequence: request.sequence } },
    );
  const found = await findTransaction(table, key, request.sequence);
  const load = found?.info['millrace'] as RecordedLoad | undefined;
  return found === undefined || load === undefined ? undefined : { deltaVersion: found.version, load };
}

/** `CONFLICT` where another interval of the pipeline that overlaps this one has rows in the table. */
export function assertNoOverlap(request: RunIntervalRequest, snapshot: Snapshot): void {
  const prefix = pipelineKeyOf(request.pipeline);
  const own = intervalKeyOf(request);
  for (const { tags } of snapshot.files.values()) {
    const key = tags?.['millrace.interval'];
    if (key === undefined || key === own || !key.startsWith(prefix)) continue;
    const [start = '', end = ''] = key.slice(prefix.length).split('/');
    if (request.interval.start.toISOString() >= end || request.interval.end.toISOString() <= start) continue;
    throw new MillraceError(
      'CONFLICT',
      `The interval overlaps one that is already loaded: ${start} to ${end}. Its rows would be there twice. Run intervals that meet end to start, or rerun that one.`,
      { fields: { start, end } },
    );
  }
}
