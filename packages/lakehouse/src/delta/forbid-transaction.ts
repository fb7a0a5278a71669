import { MillraceError } from '@millrace/contracts';
import { commit } from './commit.ts';
import type { CommitRequest } from './commit-request.ts';
import { findTransaction, type FoundCommit } from './find-transaction.ts';
import { findSnapshot } from './snapshot.ts';

const FORBIDDEN = 'millraceForbidden';

/**
 * Makes sure that a transaction will not be committed any more, also not by a writer that was stopped in the middle and wakes up later:
 * a commit that changes nothing takes its place in the log. Returns the commit of the transaction where it is there already.
 */
export async function forbidTransaction(
  table: string,
  transaction: { readonly appId: string; readonly version: number },
  info: Readonly<Record<string, unknown>>,
  counts?: CommitRequest['counts'],
): Promise<FoundCommit | undefined> {
  if (await takePlace(table, transaction, info, counts)) return undefined;
  const found = await findTransaction(table, transaction.appId, transaction.version);
  return found === undefined || isForbidden(found) ? undefined : found;
}

/** Whether the place of the transaction was free. Where another engine has made the table one that nobody here can write to, nobody can commit the transaction either. */
async function takePlace(
  table: string,
  transaction: { readonly appId: string; readonly version: number },
  info: Readonly<Record<string, unknown>>,
  counts: CommitRequest['counts'],
): Promise<boolean> {
  try {
    const partitionColumns = (await findSnapshot(table))?.metaData.partitionColumns ?? [];
    const outcome = await commit({
      table,
      fields: [],
      partitionColumns,
      add: [],
      transaction,
      ...(counts === undefined ? {} : { counts }),
      info: { ...info, [FORBIDDEN]: true },
    });
    return outcome.status === 'COMMITTED';
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'TABLE_UNSUPPORTED') return false;
    throw error;
  }
}

/** Whether a commit only keeps the place of a transaction that was given up. */
export function isForbidden({ info }: FoundCommit): boolean {
  return info[FORBIDDEN] === true;
}
