import { MillraceError, type Column } from '@millrace/contracts';
import type { Action, AddAction, MetaDataAction, ProtocolAction, RemoveAction } from './actions.ts';
import { readCheckpoint } from './checkpoint-read.ts';
import { columnsOf, fieldsOf, type DeltaField } from './delta-type.ts';
import { listLog, readCommit, type LogListing } from './log-files.ts';
import { assertReadable } from './protocol.ts';

/** The state of a Delta table at one version. */
export interface Snapshot {
  readonly table: string;
  readonly version: number;
  readonly protocol: ProtocolAction;
  readonly metaData: MetaDataAction;
  readonly fields: readonly DeltaField[];
  readonly columns: readonly Column[];
  /** Live data files by the path of their action. */
  readonly files: ReadonlyMap<string, AddAction>;
  /** Files that were removed, until another engine's retention lets them go. */
  readonly tombstones: ReadonlyMap<string, RemoveAction>;
  /** The newest transaction version of every application. */
  readonly transactions: ReadonlyMap<string, number>;
  readonly rows: number;
  readonly bytes: number;
}

/** Up to this many commits are replayed from JSON although a checkpoint exists: that is faster than opening the checkpoint. */
const REPLAY_WITHOUT_CHECKPOINT = 100;

/** Reads the snapshot of a version, by default the newest. `undefined` where the folder holds no table. `NOT_FOUND` for a version that does not exist. */
export async function findSnapshot(table: string, version?: number): Promise<Snapshot | undefined> {
  const log = await listLog(table);
  const newest = Math.max(log.commits.at(-1) ?? -1, log.checkpoints.at(-1) ?? -1);
  if (newest < 0) return undefined;
  const wanted = version ?? newest;
  if (wanted < 0 || wanted > newest)
    throw new MillraceError('NOT_FOUND', `The Delta table ${table} has no version ${wanted}; its newest is ${newest}.`, {
      fields: { table, version: wanted, newest },
    });
  const state = new LogState();
  const first = firstCommitAfterCheckpoint(log, wanted);
  if (first > 0) for (const action of await readCheckpoint(table, first - 1)) state.apply(action);
  for (let next = first; next <= wanted; next++) for (const action of await readContiguous(table, log, next)) state.apply(action);
  return state.snapshot(table, wanted);
}

/** As `findSnapshot`, but a folder without a table fails with `NOT_FOUND`. */
export async function readSnapshot(table: string, version?: number): Promise<Snapshot> {
  const found = await findSnapshot(table, version);
  if (found === undefined) throw new MillraceError('NOT_FOUND', `There is no Delta table at ${table}.`, { fields: { table } });
  return found;
}

function firstCommitAfterCheckpoint(log: LogListing, wanted: number): number {
  const fromTheStart = log.commits[0] === 0 && wanted < REPLAY_WITHOUT_CHECKPOINT;
  const checkpoint = log.checkpoints.findLast((version) => version <= wanted);
  return fromTheStart || checkpoint === undefined ? 0 : checkpoint + 1;
}

async function readContiguous(table: string, log: LogListing, version: number): Promise<Action[]> {
  if (!log.commits.includes(version))
    throw new MillraceError('TABLE_UNSUPPORTED', `The log of the Delta table ${table} lacks commit ${version}: it is damaged or was cleaned up.`, {
      fields: { table, version },
    });
  return readCommit(table, version);
}

class LogState {
  readonly #files = new Map<string, AddAction>();
  readonly #tombstones = new Map<string, RemoveAction>();
  readonly #transactions = new Map<string, number>();
  #protocol: ProtocolAction | undefined;
  #metaData: MetaDataAction | undefined;

  apply(action: Action): void {
    if (action.add) {
      this.#files.set(action.add.path, action.add);
      this.#tombstones.delete(action.add.path);
    }
    if (action.remove) {
      this.#files.delete(action.remove.path);
      this.#tombstones.set(action.remove.path, action.remove);
    }
    if (action.txn) this.#transactions.set(action.txn.appId, action.txn.version);
    this.#protocol = action.protocol ?? this.#protocol;
    this.#metaData = action.metaData ?? this.#metaData;
  }

  snapshot(table: string, version: number): Snapshot {
    const protocol = this.#protocol;
    const metaData = this.#metaData;
    if (protocol === undefined || metaData === undefined)
      throw new MillraceError('TABLE_UNSUPPORTED', `The log of the Delta table ${table} has no protocol or metadata: it is damaged.`, { fields: { table } });
    assertReadable(protocol, table);
    const fields = fieldsOf(metaData.schemaString);
    let rows = 0;
    let bytes = 0;
    for (const file of this.#files.values()) {
      rows += recordsOf(file);
      bytes += file.size;
    }
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
      rows,
      bytes,
    };
  }
}

/** Rows of a data file by its statistics; 0 where another writer left none. */
export function recordsOf(file: AddAction): number {
  if (file.stats === undefined) return 0;
  const stats = JSON.parse(file.stats) as { numRecords?: number };
  return stats.numRecords ?? 0;
}
