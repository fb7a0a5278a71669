import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { findTransaction } from '../delta/find-transaction.ts';
import { findSnapshot } from '../delta/snapshot.ts';
import { intervalKeyOf, type RecordedLoad, type RunIntervalRequest } from './interval-run.ts';

/** The load of a run that an earlier attempt has committed already. */
export interface EarlierLoad {
  readonly deltaVersion: number;
  readonly load: RecordedLoad;
}

/** Finds the commit of this very run. `CONFLICT` where a newer run of the same interval has committed: its rows stand. */
export async function findEarlierLoad(request: RunIntervalRequest): Promise<EarlierLoad | undefined> {
  const table = join(request.folder, request.definition.dataset);
  const key = intervalKeyOf(request);
  const committed = (await findSnapshot(table))?.transactions.get(key);
  if (committed === undefined || committed < request.sequence) return undefined;
  if (committed > request.sequence) throw new MillraceError('CONFLICT', `A newer run (number ${committed}) of this interval has already been loaded; run number ${request.sequence} would put older rows back.`, { fields: { key, committed, sequence: request.sequence } });
  const found = await findTransaction(table, key, request.sequence);
  const load = found?.info['millrace'] as RecordedLoad | undefined;
  return found === undefined || load === undefined ? undefined : { deltaVersion: found.version, load };
}
