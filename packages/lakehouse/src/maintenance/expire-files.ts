import { commit } from '../delta/commit.ts';
import { findSnapshot } from '../delta/snapshot.ts';

/**
 * Takes the data files out of a table that were written before a time, rows and all, in one commit: what is kept no longer goes
 * by whole files. Returns how many went; vacuum removes them from disk.
 */
export async function expireFiles(table: string, before: Date): Promise<number> {
  const snapshot = await findSnapshot(table);
  if (snapshot === undefined) return 0;
  const expired = [...snapshot.files.values()].filter(({ modificationTime }) => modificationTime < before.getTime());
  if (expired.length === 0) return 0;
  await commit({
    table,
    fields: snapshot.fields,
    partitionColumns: snapshot.metaData.partitionColumns,
    add: [],
    replaces: ({ modificationTime }) => modificationTime < before.getTime(),
    info: { expiredFiles: expired.length, before: before.toISOString() },
  });
  return expired.length;
}
