import { cleanLog, compactTable, expireFiles, forgetTransactions, vacuumTable, type TrustedDatabaseOptions } from '@millrace/lakehouse';
import type { MaintainedTables } from './outcome-tables.ts';

const HOUR = 3_600_000;

/*
 * Nobody but this worker reads the tables of predictions and labels, and no query of it takes minutes: files and versions that
 * were replaced are kept for readers that have begun, not for time travel. Commits are kept longer, because an evaluation
 * that was away finds in them what is new.
 */
export interface OutcomeRetention {
  readonly removedFileHours: number;
  readonly logHours: number;
  /** Rows that came in longer ago go. */
  readonly outcomeHours: number;
}

export const DEFAULT_OUTCOME_RETENTION: OutcomeRetention = { removedFileHours: 1, logHours: 24, outcomeHours: 400 * 24 };

/** Longer than any job that writes into such a table may take. */
const STAGED_HOURS = 24;

export interface MaintainTable {
  readonly table: string;
  readonly sortBy: string;
  /** What the transactions of its appends begin with. */
  readonly kind: 'segment' | 'labels';
  readonly settled: (ids: readonly string[]) => Promise<readonly string[]>;
  readonly retention: OutcomeRetention;
  readonly limits: TrustedDatabaseOptions;
}

/** Compacts a table until nothing is due, then removes what nothing needs. It may be stopped anywhere, and run by two at a time. */
export async function maintainTable({ table, sortBy, kind, settled, retention, limits }: MaintainTable): Promise<MaintainedTables> {
  await expireFiles(table, new Date(Date.now() - retention.outcomeHours * HOUR));
  let filesCompacted = 0;
  for (let removed = 1; removed > 0; filesCompacted += removed) ({ removed } = await compactTable(table, { sortBy, limits }));
  const prefix = `${kind} `;
  await forgetTransactions(table, async (appIds) => {
    const ids = await settled(appIds.filter((appId) => appId.startsWith(prefix)).map((appId) => appId.slice(prefix.length)));
    return ids.map((id) => `${prefix}${id}`);
  });
  const logFilesRemoved = await cleanLog(table, { retentionMilliseconds: retention.logHours * HOUR });
  const { files, bytes } = await vacuumTable(table, { retentionMilliseconds: retention.removedFileHours * HOUR, stagedMilliseconds: STAGED_HOURS * HOUR });
  return { filesCompacted, logFilesRemoved, filesRemoved: files, bytesRemoved: bytes };
}
