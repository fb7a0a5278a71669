import { MillraceError } from '@millrace/contracts';
import type { AddAction } from '../delta/actions.ts';
import { hasCount, recordsOf } from '../delta/log-state.ts';
import type { Snapshot } from '../delta/snapshot.ts';

/*
 * The rows of an interval lie in files that are marked with its key. Other engines rewrite files and write no marks: after an OPTIMIZE, DELETE
 * or UPDATE of theirs the rows are there and cannot be told, and a rerun would load them twice. So every load also commits how many rows it
 * marked, as a transaction, which outlives the commits of the log and the checkpoints of all engines. Where files without marks lie in a table,
 * and the marked rows of an interval are not those that were counted, its marks are lost.
 */
const MARK = 'millrace.interval';
const COUNT = '#rows';

/** The count of an interval: its transaction's name and its rows. */
export function countOf(key: string, rows: number): () => Record<string, number> {
  return () => ({ [`${key}${COUNT}`]: rows });
}

/** The count of an interval as it is, for a run that was given up and loads nothing. */
export function keptCountOf(key: string): (snapshot: Snapshot | undefined) => Record<string, number> {
  return (snapshot) => {
    const loaded = snapshot === undefined ? 0 : countedRows(snapshot, key);
    return loaded === undefined ? {} : countOf(key, loaded)();
  };
}

/** Rows that an interval has loaded; `undefined` where it was loaded before rows were counted. */
function countedRows({ transactions }: Snapshot, key: string): number | undefined {
  return transactions.get(`${key}${COUNT}`) ?? (transactions.has(key) ? undefined : 0);
}

/** The marks of the files of a run. */
export function marksOf(key: string, pipelineRunId: string): Record<string, string> {
  return { [MARK]: key, 'millrace.run': pipelineRunId };
}

export function isOfInterval(key: string): (file: AddAction) => boolean {
  return ({ tags }) => tags?.[MARK] === key;
}

/** Whether Millrace wrote the file; another engine did where there is no mark of ours. */
export function isMarked({ tags }: AddAction): boolean {
  return Object.keys(tags ?? {}).some((name) => name.startsWith('millrace.'));
}

/** The files of a table that other engines wrote. */
export function unmarkedFiles(snapshot: Snapshot): AddAction[] {
  return [...snapshot.files.values()].filter((file) => !isMarked(file));
}

/** Rows of an interval whose marks are lost: those that its load counted, where it did, and how many of them are in files that still say so. */
export interface LostMarks {
  readonly loaded: number | undefined;
  readonly marked: number;
}

/** `undefined` where every row of an interval that is in the table can be told by its mark. */
export function lostMarks(snapshot: Snapshot, key: string): LostMarks | undefined {
  const unmarked = unmarkedFiles(snapshot);
  if (unmarked.length === 0) return undefined;
  const loaded = countedRows(snapshot, key);
  if (!snapshot.transactions.has(key) && snapshot.metaData.configuration['delta.setTransactionRetentionDuration'] !== undefined)
    throw new MillraceError(
      'TABLE_UNSUPPORTED',
      `The Delta table ${snapshot.table} has files of another engine and forgets transactions (delta.setTransactionRetentionDuration), so nobody can tell whether this interval is loaded already. Nothing was changed. Unset the property and load into a new dataset.`,
      { fields: { table: snapshot.table, key } },
    );
  const own = [...snapshot.files.values()].filter(isOfInterval(key));
  const marked = own.reduce((rows, file) => rows + recordsOf(file), 0);
  return marked === loaded && own.every(hasCount) ? undefined : { loaded, marked };
}

/** Keys of the intervals that have rows in a table, by the marks of files and, where other engines wrote to it, by what was counted. */
export function loadedKeys(snapshot: Snapshot): Set<string> {
  const keys = new Set([...snapshot.files.values()].flatMap(({ tags }) => tags?.[MARK] ?? []));
  if (unmarkedFiles(snapshot).length > 0)
    for (const key of snapshot.transactions.keys()) if (!key.endsWith(COUNT) && countedRows(snapshot, key) !== 0) keys.add(key);
  return keys;
}
