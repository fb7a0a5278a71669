import { MillraceError } from '@millrace/contracts';
import { filePathOf, partitionOf, type AddAction } from '../delta/actions.ts';
import { FileBounds } from '../delta/file-bounds.ts';
import { tellsChanges } from '../delta/protocol.ts';
import { fileRelation } from '../delta/snapshot-relation.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import { runOn, writeDataFiles } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { quoteName } from '../engine/sql-text.ts';
import { withTrustedDatabase } from '../engine/trusted-database.ts';
import { isOfInterval, lostMarks, unmarkedFiles, type LostMarks } from './interval-marks.ts';

/** Which rows are those of an interval, by a column of time. Milliseconds since the epoch, end exclusive. */
export interface IntervalRows {
  readonly column: string;
  readonly from: number;
  readonly to: number;
}

/** What takes the earlier rows of an interval out of a table. */
export interface Replacement {
  /** The files that go. */
  readonly replaces: (file: AddAction) => boolean;
  /** What else lay in them, in files of its own. */
  readonly survivors: readonly AddAction[];
  /** Throws where another engine has changed the table since. */
  readonly check: (snapshot: Snapshot) => void;
}

export interface ReplaceInterval {
  readonly table: string;
  readonly key: string;
  /** What tells the rows where marks are lost; nothing does where it is absent. */
  readonly rows?: IntervalRows | undefined;
  /** Starts the names of files that are written. */
  readonly filePrefix: string;
}

const MEMORY = '512MB';

/**
 * Finds what a rerun of an interval takes away: the files that are marked with it, and, where other engines have rewritten some, the rows of
 * the interval in files without marks, by what the rows say. `CONFLICT` where nothing says it, or where more rows say so than were loaded.
 */
export async function replacementOf(request: ReplaceInterval, snapshot: Snapshot | undefined): Promise<Replacement> {
  const { key, rows } = request;
  const lost = snapshot === undefined ? undefined : lostMarks(snapshot, key);
  if (snapshot === undefined || lost === undefined) return { replaces: isOfInterval(key), survivors: [], check: (current) => assertMarked(current, request) };
  if (rows === undefined) throw marksLost(request, lost);
  const inspected = new Set(unmarkedFiles(snapshot).map(filePathOf));
  const taken = await takeRows(request, rows, snapshot);
  if (taken.rows + lost.marked > (lost.loaded ?? Number.POSITIVE_INFINITY)) {
    throw new MillraceError(
      'CONFLICT',
      `Another engine has rewritten files of ${request.table}, where ${taken.rows + lost.marked} rows now belong to this interval by "${rows.column}"; it has loaded ${lost.loaded}. The others would go with them. Nothing was changed. Take those rows out first, or load into a new dataset.`,
      { fields: { table: request.table, key, ...lost, found: taken.rows } },
    );
  }
  const gone = new Set(taken.files.map(filePathOf));
  return {
    replaces: (file) => isOfInterval(key)(file) || gone.has(filePathOf(file)),
    survivors: taken.survivors,
    check: (current) => assertInspected(current, { inspected, gone }),
  };
}

/** Fails with `CONFLICT` where the marks of an interval are lost and no column tells its rows. */
export function assertMarked(snapshot: Snapshot, request: Pick<ReplaceInterval, 'table' | 'key' | 'rows'>): void {
  const lost = lostMarks(snapshot, request.key);
  if (lost === undefined) return;
  if (request.rows === undefined) throw marksLost(request, lost);
  throw changedMeanwhile(request.table);
}

function assertInspected(current: Snapshot, { inspected, gone }: { readonly inspected: ReadonlySet<string>; readonly gone: ReadonlySet<string> }): void {
  const isNew = unmarkedFiles(current).some((file) => !inspected.has(filePathOf(file)));
  if (isNew || [...gone].some((path) => !current.files.has(path))) throw changedMeanwhile(current.table);
}

/** Finds the rows of an interval in the files of other engines, and writes the rest of those files anew. */
async function takeRows(
  { table, filePrefix }: ReplaceInterval,
  { column, from, to }: IntervalRows,
  snapshot: Snapshot,
): Promise<{ readonly rows: number; readonly files: readonly AddAction[]; readonly survivors: readonly AddAction[] }> {
  const name = quoteName(column);
  const within = `coalesce(${name} >= make_timestamptz(${BigInt(from) * 1000n}) AND ${name} < make_timestamptz(${BigInt(to) * 1000n}), false)`;
  const { partitionColumns } = snapshot.metaData;
  const files: AddAction[] = [];
  const survivors: AddAction[] = [];
  let rows = 0;
  await withTrustedDatabase({ memoryLimit: MEMORY }, async (connection) => {
    for (const file of unmarkedFiles(snapshot).filter((each) => new FileBounds(each).mayOverlapInstants(column, from, to))) {
      const relation = fileRelation(snapshot, file);
      const counted = await connection.runAndReadAll(`SELECT count_if(${within})::DOUBLE, count(*)::DOUBLE FROM ${relation}`);
      const [mine = 0, all = 0] = (counted.getRows()[0] ?? []).map(Number);
      if (mine === 0) continue;
      rows += mine;
      files.push(file);
      if (mine === all) continue;
      if (tellsChanges(snapshot.metaData)) throw tellsEveryChange(table);
      survivors.push(
        ...(await writeDataFiles(runOn(connection), {
          table,
          select: new ComposedSql().add(`SELECT * FROM ${relation} WHERE NOT ${within}`),
          parameters: {},
          fields: snapshot.fields,
          partitionColumns,
          ...(partitionColumns.length === 0 ? {} : { onlyPartition: partitionOf(file) }),
          filePrefix,
          tags: {},
        })),
      );
    }
  });
  return { rows, files, survivors };
}

function marksLost({ table, key }: Pick<ReplaceInterval, 'table' | 'key'>, { loaded, marked }: LostMarks): MillraceError {
  return new MillraceError(
    'CONFLICT',
    `Another engine has rewritten files of ${table} (OPTIMIZE, DELETE, UPDATE, MERGE or an overwrite): of the ${loaded === undefined ? '' : `${loaded} `}rows that this interval has loaded, ${marked} are still in files that say so, and a rerun would load the others twice. Nothing was changed. Name the column that tells the interval of a row (intervalColumn of the pipeline), restore the version of the table before that, or load into a new dataset.`,
    { fields: { table, key, loaded, marked } },
  );
}

function tellsEveryChange(table: string): MillraceError {
  return new MillraceError(
    'TABLE_UNSUPPORTED',
    `The Delta table ${table} tells every change of a row (delta.enableChangeDataFeed), which this writer cannot where another engine has put rows of several intervals into one file. Nothing was changed. Switch the feed off, or load into a new dataset.`,
    { fields: { table } },
  );
}

function changedMeanwhile(table: string): MillraceError {
  return new MillraceError('COMMIT_CONFLICT', `Another engine rewrote files of ${table} meanwhile. Run again from the new state.`, { fields: { table } });
}
