import { writeCheckpoint } from '../delta/checkpoint-write.ts';
import { findSnapshot } from '../delta/snapshot.ts';
import { forgetTransactions as forgetRemembered } from '../delta/state-cache.ts';

/** Fewer than this are not worth a checkpoint. */
const FEWEST = 100;

/**
 * Lets go of transactions of a table that nobody will send again, by a checkpoint without them: every append has one, and a
 * log that keeps them all is read more slowly with every append. `isSettled` is asked for all of them at once.
 */
export async function forgetTransactions(table: string, settled: (appIds: readonly string[]) => Promise<readonly string[]>): Promise<number> {
  const snapshot = await findSnapshot(table);
  if (snapshot === undefined || snapshot.transactions.size < FEWEST) return 0;
  const appIds = await settled([...snapshot.transactions.keys()]);
  if (appIds.length < FEWEST) return 0;
  const transactions = new Map(snapshot.transactions);
  for (const appId of appIds) transactions.delete(appId);
  await writeCheckpoint({ ...snapshot, transactions });
  forgetRemembered(table, appIds);
  return appIds.length;
}
