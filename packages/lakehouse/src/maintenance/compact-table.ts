import { randomUUID } from 'node:crypto';
import { MillraceError } from '@millrace/contracts';
import { filePathOf, partitionOf, type AddAction } from '../delta/actions.ts';
import { commit } from '../delta/commit.ts';
import { FileBounds } from '../delta/file-bounds.ts';
import { discardFiles } from '../delta/discard-files.ts';
import { hasCount, recordsOf } from '../delta/log-state.ts';
import { assertWritable } from '../delta/protocol.ts';
import { findSnapshot, type Snapshot } from '../delta/snapshot.ts';
import { snapshotRelation } from '../delta/snapshot-relation.ts';
import { runOn, writeDataFiles } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { quoteName } from '../engine/sql-text.ts';
import { withTrustedDatabase, type TrustedDatabaseOptions } from '../engine/trusted-database.ts';

export interface CompactOptions {
  /** The column by which rows come in order: files of neighbours become one, sorted by it, so that readers pass over the rest. */
  readonly sortBy?: string;
  readonly limits?: TrustedDatabaseOptions;
}

export interface Compaction {
  /** Small files that went, and files that took their place. */
  readonly removed: number;
  readonly added: number;
  readonly rows: number;
}

/** So many files of about one size become one. */
const FAN_OUT = 8;
const SMALLEST_ROWS = 16_384;
/** A file of so many rows is not rewritten any more. */
const LARGEST_ROWS = 4_000_000;
/** Readers of one window of a sorted file read no more than that beside it. */
const SORTED_ROW_GROUP = 20_480;
/** Says which append a file is of; the transaction in the log is what counts. */
const APPEND_TAG = 'millrace.transaction';

/**
 * Makes one file of many small ones, in commits that change no data. A row is rewritten once for each eightfold growth, so
 * compacting costs the logarithm of the table. Files go together only where all that a later commit may look for is the same:
 * the values of their partition and their tags (a rerun replaces the files of its interval). Where another writer took one of
 * the files away meanwhile nothing is done.
 */
export async function compactTable(table: string, { sortBy, limits = {} }: CompactOptions): Promise<Compaction> {
  let total: Compaction = { removed: 0, added: 0, rows: 0 };
  const snapshot = await findSnapshot(table);
  if (snapshot === undefined) return total;
  assertWritable(snapshot.protocol, snapshot.metaData, table);
  for (const files of groupsOf(snapshot, sortBy)) {
    const done = await compactFiles(snapshot, files, sortBy, limits);
    total = { removed: total.removed + done.removed, added: total.added + done.added, rows: total.rows + done.rows };
  }
  return total;
}

/** The groups of files to put together, for each partition and tags. */
function groupsOf(snapshot: Snapshot, sortBy: string | undefined): AddAction[][] {
  const alike = new Map<string, AddAction[]>();
  // Rows are counted before and after, so what has no count stays.
  for (const file of [...snapshot.files.values()].filter(hasCount)) {
    const kind = JSON.stringify([sorted(file.partitionValues), sorted(keptTags(file))]);
    const others = alike.get(kind);
    if (others === undefined) alike.set(kind, [file]);
    else others.push(file);
  }
  return [...alike.values()].flatMap((files) => {
    const order = new Map(files.map((file, index) => [file, sortBy === undefined ? index : firstOf(file, sortBy)]));
    return dueGroups(files.toSorted((a, b) => compare(order.get(a), order.get(b))));
  });
}

/** Of the smallest size of which there are enough, neighbours as far as one file may hold them. */
function dueGroups(files: readonly AddAction[]): AddAction[][] {
  for (let limit = SMALLEST_ROWS; limit < LARGEST_ROWS; limit *= FAN_OUT) {
    const small = files.filter((file) => recordsOf(file) < limit);
    if (small.length < FAN_OUT) continue;
    const groups: AddAction[][] = [];
    let rows = LARGEST_ROWS;
    for (const file of small) {
      rows += recordsOf(file);
      if (rows > LARGEST_ROWS) {
        groups.push([]);
        rows = recordsOf(file);
      }
      groups.at(-1)?.push(file);
    }
    return groups.filter((group) => group.length > 1);
  }
  return [];
}

async function compactFiles(snapshot: Snapshot, files: readonly AddAction[], sortBy: string | undefined, limits: TrustedDatabaseOptions): Promise<Compaction> {
  const { table, fields } = snapshot;
  const [first] = files;
  const { partitionColumns } = snapshot.metaData;
  const paths = new Set(files.map(({ path }) => path));
  const relation = snapshotRelation({ ...snapshot, files: new Map(files.map((file) => [file.path, file])) });
  const filePrefix = `part-${randomUUID()}`;
  try {
    const add = await withTrustedDatabase(limits, (connection) =>
      writeDataFiles(runOn(connection), {
        table,
        select: new ComposedSql().add(`SELECT * FROM ${relation}${sortBy === undefined ? '' : ` ORDER BY ${quoteName(sortBy)}`}`),
        parameters: {},
        fields,
        partitionColumns,
        ...(partitionColumns.length === 0 ? {} : { onlyPartition: first === undefined ? {} : partitionOf(first) }),
        filePrefix,
        ...(sortBy === undefined ? {} : { rowGroupRows: SORTED_ROW_GROUP }),
        tags: first === undefined ? {} : keptTags(first),
      }),
    );
    const rows = rowsOf(files);
    if (rowsOf(add) !== rows)
      throw new MillraceError(
        'TABLE_UNSUPPORTED',
        `Compacting ${files.length} files of ${table} gave ${rowsOf(add)} rows of ${rows}: their statistics are wrong.`,
        {
          fields: { table, rows },
        },
      );
    await commit({
      table,
      fields,
      partitionColumns,
      add,
      replaces: ({ path }) => paths.has(path),
      dataChange: false,
      check: (current) => requireLive(current, paths),
      info: { rows, files: files.length },
    });
    return { removed: files.length, added: add.length, rows };
  } catch (error) {
    await discardFiles([table], filePrefix);
    if (error instanceof MillraceError && error.code === 'COMMIT_CONFLICT') return { removed: 0, added: 0, rows: 0 };
    throw error;
  }
}

/** What was taken away meanwhile must not come back with the file that it was put into. */
function requireLive(current: Snapshot, paths: ReadonlySet<string>): void {
  for (const path of paths)
    if (!current.files.has(filePathOf({ path })))
      throw new MillraceError('COMMIT_CONFLICT', `The file ${path} of ${current.table} was removed while it was compacted.`, { fields: { path } });
}

function rowsOf(files: readonly AddAction[]): number {
  return files.reduce((sum, file) => sum + recordsOf(file), 0);
}

function keptTags({ tags = {} }: AddAction): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => name !== APPEND_TAG));
}

function sorted(record: Readonly<Record<string, string | null>>): [string, string | null][] {
  return Object.entries(record).toSorted(([a], [b]) => compare(a, b));
}

function firstOf(file: AddAction, column: string): string | number {
  const least = new FileBounds(file).leastOf(column);
  return typeof least === 'string' || typeof least === 'number' ? least : '';
}

function compare(left: string | number | undefined, right: string | number | undefined): number {
  if (left === right) return 0;
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
