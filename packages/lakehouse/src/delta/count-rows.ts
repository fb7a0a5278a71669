import { quoteFiles } from '../engine/sql-text.ts';
import { withTrustedDatabase } from '../engine/trusted-database.ts';
import { hasCount } from './log-state.ts';
import { filesOf } from './snapshot-relation.ts';
import type { Snapshot } from './snapshot.ts';

/** Rows of a snapshot, also of files that another writer left without statistics: those say it at their end. */
export async function countRows(snapshot: Snapshot): Promise<number> {
  const uncounted = [...snapshot.files].filter(([, file]) => !hasCount(file));
  if (uncounted.length === 0) return snapshot.rows;
  const paths = filesOf({ ...snapshot, files: new Map(uncounted) });
  return withTrustedDatabase({}, async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${quoteFiles(paths)})`);
    return snapshot.rows + Number(reader.getRows()[0]?.[0]);
  });
}
