import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { quoteFiles, quoteName, quoteText } from '../engine/sql-text.ts';
import { filePathOf, type AddAction } from './actions.ts';
import { sqlTypeOf } from './delta-type.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * SQL of a parenthesised relation with the rows of a snapshot. One branch per combination of partition values, whose columns come
 * from the log as the protocol demands; a last empty branch names every column, so files from before a column was added read as NULL.
 */
export function snapshotRelation(snapshot: Snapshot): string {
  return unionOf(
    snapshot,
    [...groupByPartition(snapshot.files.values()).values()].map((files) => branchOf(snapshot, files)),
  );
}

/** As `snapshotRelation`, but only the first rows of some files, evenly spread over the commits: reading costs no more as the table grows. */
export function sampleRelation(snapshot: Snapshot, rows: number): string {
  const files = [...snapshot.files.values()];
  const count = Math.min(files.length, SAMPLED_FILES);
  const picked = Array.from({ length: count }, (_, index) => files[Math.floor((index * files.length) / count)]).filter((file) => file !== undefined);
  return unionOf(
    snapshot,
    picked.map((file) => `(${branchOf(snapshot, [file])} LIMIT ${Math.ceil(rows / count)})`),
  );
}

const SAMPLED_FILES = 40;

function unionOf(snapshot: Snapshot, branches: readonly string[]): string {
  const columns = snapshot.fields.map((field) => quoteName(field.name)).join(', ');
  const nothing = `SELECT ${snapshot.fields.map((field) => `NULL::${sqlTypeOf(field.type)} AS ${quoteName(field.name)}`).join(', ')} WHERE false`;
  return `(SELECT ${columns} FROM (${[...branches, nothing].join(' UNION ALL BY NAME ')}))`;
}

/** SQL of a parenthesised relation with the rows of one data file of a snapshot, in the order of the file. */
export function fileRelation(snapshot: Snapshot, file: AddAction): string {
  return unionOf(snapshot, [branchOf(snapshot, [file])]);
}

/** The data files of a snapshot as absolute paths. */
export function filesOf(snapshot: Snapshot): string[] {
  return [...snapshot.files.values()].map((file) => absolutePath(snapshot, file));
}

function branchOf(snapshot: Snapshot, files: readonly AddAction[]): string {
  const values = files[0]?.partitionValues ?? {};
  const { partitionColumns } = snapshot.metaData;
  const partitions = partitionColumns.map((name) => {
    const value = values[name] ?? null;
    const type = snapshot.fields.find((field) => field.name === name)?.type ?? 'string';
    if (type === 'binary')
      throw new MillraceError('TABLE_UNSUPPORTED', `The Delta table ${snapshot.table} is partitioned by "${name}", which is binary: that is not read here.`, {
        fields: { table: snapshot.table, column: name },
      });
    // An empty text is how some writers put NULL, and for every type (PROTOCOL.md, *Partition Value Serialization*).
    return `, ${value === null || value === '' ? 'NULL' : quoteText(value)}::${sqlTypeOf(type)} AS ${quoteName(name)}`;
  });
  const paths = quoteFiles(files.map((file) => absolutePath(snapshot, file)));
  // Some writers store partition columns in the files, too; the log is what counts.
  const stored =
    partitionColumns.length === 0 ? '*' : `COLUMNS(c -> lower(c) NOT IN (${partitionColumns.map((name) => quoteText(name.toLowerCase())).join(', ')}))`;
  return `SELECT ${stored}${partitions.join('')} FROM read_parquet(${paths}, hive_partitioning = false, union_by_name = ${files.length > 1})`;
}

function groupByPartition(files: Iterable<AddAction>): Map<string, AddAction[]> {
  const groups = new Map<string, AddAction[]>();
  for (const file of files) {
    const key = JSON.stringify(
      Object.keys(file.partitionValues)
        .toSorted()
        .map((name) => [name, file.partitionValues[name]]),
    );
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return groups;
}

function absolutePath(snapshot: Snapshot, file: AddAction): string {
  return join(snapshot.table, filePathOf(file));
}
