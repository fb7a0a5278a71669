import { randomUUID } from 'node:crypto';
import { commitByOthers } from '../delta/foreign-table.fixture.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { snapshotRelation } from '../delta/snapshot-relation.ts';
import { runOn, writeDataFiles } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { withTrustedDatabase } from '../engine/trusted-database.ts';

/** What another engine does to the rows of a table; nothing is an OPTIMIZE. */
export interface Rewriting {
  /** The rows that stay. */
  readonly where?: string;
  /** SQL behind the rows that stay, such as a UNION ALL. */
  readonly more?: string;
}

/** Rewrites all files of a table into new ones without marks, as another engine does. */
export async function rewriteByOthers(table: string, { where = 'true', more = '' }: Rewriting = {}): Promise<void> {
  const snapshot = await readSnapshot(table);
  const dataChange = where !== 'true' || more !== '';
  const add = await withTrustedDatabase({}, (connection) =>
    writeDataFiles(runOn(connection), {
      table,
      select: new ComposedSql().add(`SELECT * FROM ${snapshotRelation(snapshot)} WHERE ${where} ${more}`),
      parameters: {},
      fields: snapshot.fields,
      partitionColumns: snapshot.metaData.partitionColumns,
      filePrefix: `foreign-${randomUUID()}`,
      tags: {},
    }),
  );
  const removed = [...snapshot.files.values()].map(({ path, size, partitionValues }) => ({
    remove: { path, size, partitionValues, deletionTimestamp: Date.now(), dataChange, extendedFileMetadata: true },
  }));
  commitByOthers(table, snapshot.version + 1, [...removed, ...add.map((file) => ({ add: { ...file, tags: {}, dataChange } }))]);
}
