import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import type { AddAction } from '../delta/actions.ts';
import { findTransaction, type FoundCommit } from '../delta/find-transaction.ts';
import { findSnapshot, type Snapshot } from '../delta/snapshot.ts';
import { loadedKeys } from './interval-marks.ts';
import { intervalKeyOf, pipelineKeyOf, type RecordedLoad, type RunIntervalRequest } from './interval-run.ts';

/** The load of a run that an earlier attempt has committed already. */
export interface EarlierLoad {
  readonly deltaVersion: number;
  readonly load: RecordedLoad;
  /** What is set aside with it: files that lie in the quarantine table, committed or not. */
  readonly quarantine: readonly AddAction[];
}

/**
 * Finds the commit of this very run, also where a newer run of the interval has replaced its rows since. `CONFLICT` where this run has
 * not committed and never can: a newer run of the interval has (its rows stand), it was given up, or another interval that overlaps
 * this one is loaded (its rows would be there twice).
 */
export async function findEarlierLoad(request: RunIntervalRequest): Promise<EarlierLoad | undefined> {
  const table = join(request.folder, request.definition.dataset);
  const key = intervalKeyOf(request);
  const snapshot = await findSnapshot(table);
  if (snapshot === undefined) return undefined;
  const committed = snapshot.transactions.get(key);
  if (committed !== undefined && committed >= request.sequence) {
    const found = await findTransaction(table, key, request.sequence);
    const own = found === undefined ? undefined : loadIn(request, found);
    if (own !== undefined) return own;
    throw new MillraceError(
      'CONFLICT',
      committed === request.sequence
        ? `The run number ${request.sequence} of this interval was given up, or is that of another run; start a new one.`
        : `A newer run (number ${committed}) of this interval has already been loaded; run number ${request.sequence} would put older rows back.`,
      { fields: { key, committed, sequence: request.sequence } },
    );
  }
  assertNoOverlap(request, snapshot);
  return undefined;
}

/** The load that was recorded with a commit; `undefined` where it is not one of this run. */
export function loadIn(request: RunIntervalRequest, { version, info }: FoundCommit): EarlierLoad | undefined {
  if (info['pipelineRunId'] !== request.pipelineRunId || info['millrace'] === undefined) return undefined;
  return { deltaVersion: version, load: info['millrace'] as RecordedLoad, quarantine: (info['quarantine'] ?? []) as AddAction[] };
}

/** `CONFLICT` where another interval of the pipeline that overlaps this one has rows in the table. */
export function assertNoOverlap(request: RunIntervalRequest, snapshot: Snapshot): void {
  const prefix = pipelineKeyOf(request.pipeline);
  const own = intervalKeyOf(request);
  for (const key of loadedKeys(snapshot)) {
    if (key === own || !key.startsWith(prefix)) continue;
    const [start = '', end = ''] = key.slice(prefix.length).split('/');
    if (request.interval.start.toISOString() >= end || request.interval.end.toISOString() <= start) continue;
    throw new MillraceError(
      'CONFLICT',
      `The interval overlaps one that is already loaded: ${start} to ${end}. Its rows would be there twice. Run intervals that meet end to start, or rerun that one.`,
      { fields: { start, end } },
    );
  }
}
