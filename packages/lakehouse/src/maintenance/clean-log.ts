import { rm, stat } from 'node:fs/promises';
import { checkpointPath, commitPath, listLog, logFolderOf, type LogListing } from '../delta/log-files.ts';
import { assertKnownLog } from '../delta/protocol.ts';
import { findSnapshot } from '../delta/snapshot.ts';
import { LEFTOVER_MILLISECONDS, removeLeftovers } from './remove-leftovers.ts';

export interface CleanLogOptions {
  /** Versions that were the newest at some time within this stay readable. */
  readonly retentionMilliseconds: number;
  /** Versions that stay readable whatever their age. */
  readonly keptVersions?: readonly number[];
}

const HOUR = 3_600_000;

/**
 * Removes what the log of a table no longer needs: commits below a checkpoint from which every version that is kept can be
 * read, checkpoints that only save time for older versions, and what killed writers left. Commits go oldest first and before
 * their checkpoints, so wherever it is stopped the newest version can be read: by `_last_checkpoint`, by a listing, by any
 * other engine. Returns how many files went; fails with `TABLE_UNSUPPORTED` where the table has features that are not known here.
 */
export async function cleanLog(table: string, { retentionMilliseconds, keptVersions = [] }: CleanLogOptions): Promise<number> {
  const snapshot = await findSnapshot(table);
  if (snapshot !== undefined) assertKnownLog(snapshot.protocol, table);
  const log = await listLog(table);
  const now = Date.now();
  const oldest = Math.min(await oldestWithin(table, log, now - retentionMilliseconds), ...keptVersions);
  const base = log.checkpoints.findLast((version) => version <= oldest);
  const commits = base === undefined ? [] : log.commits.filter((version) => version < base);
  for (const version of commits) await rm(commitPath(table, version), { force: true });
  const checkpoints = await needlessCheckpoints(table, log, base ?? -1, now - HOUR);
  for (const version of checkpoints) await rm(checkpointPath(table, version), { force: true });
  return commits.length + checkpoints.length + (await removeLeftovers(logFolderOf(table), now - LEFTOVER_MILLISECONDS));
}

/** The oldest version that was the newest one at or after a time. */
async function oldestWithin(table: string, { commits, checkpoints }: LogListing, time: number): Promise<number> {
  let oldest = Math.max(commits.at(-1) ?? 0, checkpoints.at(-1) ?? 0);
  for (const version of commits.toReversed()) {
    oldest = version;
    if ((await stat(commitPath(table, version))).mtimeMs < time) break;
  }
  return oldest;
}

/** Those below the base have lost their commits. Of those above, whose commits are all there, readers use the newest two. */
async function needlessCheckpoints(table: string, { checkpoints }: LogListing, base: number, time: number): Promise<number[]> {
  const needless: number[] = [];
  const newest = new Set(checkpoints.slice(-2));
  for (const version of checkpoints) {
    const isOld = version > base && !newest.has(version) && (await stat(checkpointPath(table, version))).mtimeMs < time;
    if (version < base || isOld) needless.push(version);
  }
  return needless;
}
