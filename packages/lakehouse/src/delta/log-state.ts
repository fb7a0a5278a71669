import { MillraceError } from '@millrace/contracts';
import { filePathOf, isElsewhere, type Action, type AddAction, type MetaDataAction, type ProtocolAction, type RemoveAction } from './actions.ts';
import { columnsOf, fieldsOf } from './delta-type.ts';
import { statisticsOf } from './file-bounds.ts';
import { assertReadable } from './protocol.ts';
import type { Snapshot } from './snapshot.ts';

/** What the actions of a log amount to, one after the other. A state that has given a snapshot is not changed again: go on from a copy of it. */
export class LogState {
  #files = new Map<string, AddAction>();
  #tombstones = new Map<string, RemoveAction>();
  #transactions = new Map<string, number>();
  #transactionTimes = new Map<string, number>();
  #protocol: ProtocolAction | undefined;
  #metaData: MetaDataAction | undefined;
  readonly #elsewhere = new Set<string>();
  #rows = 0;
  #bytes = 0;

  static copyOf(other: LogState): LogState {
    const copy = new LogState();
    copy.#files = new Map(other.#files);
    copy.#tombstones = new Map(other.#tombstones);
    copy.#transactions = new Map(other.#transactions);
    copy.#transactionTimes = new Map(other.#transactionTimes);
    for (const path of other.#elsewhere) copy.#elsewhere.add(path);
    copy.#protocol = other.#protocol;
    copy.#metaData = other.#metaData;
    copy.#rows = other.#rows;
    copy.#bytes = other.#bytes;
    return copy;
  }

  /** How many actions the state holds: what keeping it in memory costs. */
  get size(): number {
    return this.#files.size + this.#tombstones.size + this.#transactions.size;
  }

  apply(action: Action): void {
    if (action.add) this.#add(action.add);
    if (action.remove) this.#remove(action.remove);
    if (action.txn) {
      this.#transactions.set(action.txn.appId, action.txn.version);
      this.#transactionTimes.set(action.txn.appId, action.txn.lastUpdated);
    }
    this.#protocol = action.protocol ?? this.#protocol;
    this.#metaData = action.metaData ?? this.#metaData;
  }

  /** Lets go of transactions that nobody will send again. */
  forget(appIds: Iterable<string>): void {
    for (const appId of appIds) {
      this.#transactions.delete(appId);
      this.#transactionTimes.delete(appId);
    }
  }

  snapshot(table: string, version: number): Snapshot {
    const protocol = this.#protocol;
    const metaData = this.#metaData;
    if (protocol === undefined || metaData === undefined)
      throw new MillraceError('TABLE_UNSUPPORTED', `The log of the Delta table ${table} has no protocol or metadata: it is damaged.`, { fields: { table } });
    assertReadable(protocol, metaData, table);
    const [elsewhere] = this.#elsewhere;
    if (elsewhere !== undefined)
      throw new MillraceError(
        'TABLE_UNSUPPORTED',
        `The Delta table ${table} is a shallow clone: ${this.#elsewhere.size} of its files lie elsewhere, such as ${elsewhere}, where its source may remove them. Make a deep clone, or a copy.`,
        { fields: { table, path: elsewhere } },
      );
    const fields = fieldsOf(metaData.schemaString);
    return {
      table,
      version,
      protocol,
      metaData,
      fields,
      columns: columnsOf(fields),
      files: this.#files,
      tombstones: this.#tombstones,
      transactions: this.#transactions,
      transactionTimes: this.#transactionTimes,
      rows: this.#rows,
      bytes: this.#bytes,
    };
  }

  #add(add: AddAction): void {
    const path = filePathOf(add);
    this.#drop(path);
    this.#files.set(path, add);
    this.#tombstones.delete(path);
    if (isElsewhere(add)) this.#elsewhere.add(path);
    this.#rows += recordsOf(add);
    this.#bytes += add.size;
  }

  #remove(remove: RemoveAction): void {
    const path = filePathOf(remove);
    this.#drop(path);
    this.#tombstones.set(path, remove);
  }

  #drop(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    this.#elsewhere.delete(path);
    this.#rows -= recordsOf(file);
    this.#bytes -= file.size;
  }
}

/** Rows of a data file by its statistics; 0 where another writer left none: `hasCount` tells. */
export function recordsOf(file: AddAction): number {
  return statisticsOf(file).numRecords ?? 0;
}

/** Whether the statistics of a data file say how many rows it has. */
export function hasCount(file: AddAction): boolean {
  return statisticsOf(file).numRecords !== undefined;
}
