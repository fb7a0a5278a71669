import { MillraceError, type Column } from '@millrace/contracts';
import type { AddAction, MetaDataAction, ProtocolAction, RemoveAction } from './actions.ts';
import { readCheckpoint } from './checkpoint-read.ts';
import type { DeltaField } from './delta-type.ts';
import { listLog, readCommit, type Checkpoint, type LogListing } from './log-files.ts';
import { LogState } from './log-state.ts';
import { recallState, rememberState } from './state-cache.ts';

/** The state of a Delta table at one version. */
export interface Snapshot {
  readonly table: string;
  readonly version: number;
  readonly protocol: ProtocolAction;
  readonly metaData: MetaDataAction;
  readonly fields: readonly DeltaField[];
  readonly columns: readonly Column[];
  /** Live data files by their path, decoded: writers spell the URI of one file differently. */
  readonly files: ReadonlyMap<string, AddAction>;
  /** Files that were removed, until another engine's retention lets them go. */
  readonly tombstones: ReadonlyMap<string, RemoveAction>;
  /** The newest transaction version of every application. */
  readonly transactions: ReadonlyMap<string, number>;
  /** When each of them was committed, in milliseconds since the epoch. */
  readonly transactionTimes: ReadonlyMap<string, number>;
  /** Rows by the statistics of the files; those of files without are not in it (`countRows`). */
  readonly rows: number;
  readonly bytes: number;
}

/** Up to this many commits are replayed from JSON although a checkpoint exists: that is faster than opening the checkpoint. */
const REPLAY_WITHOUT_CHECKPOINT = 100;

/** Files of the log go while they are read, when a cleaner goes through it: then the log is listed anew, so many times. */
const LISTINGS = 3;

/** Reads the snapshot of a version, by default the newest. `undefined` where the folder holds no table. `NOT_FOUND` for a version that does not exist. */
export async function findSnapshot(table: string, version?: number): Promise<Snapshot | undefined> {
  const recalled = await recallState(table, version);
  if (recalled !== undefined) return recalled.state.snapshot(table, recalled.version);
  for (let listing = 1; ; listing++) {
    try {
      return await replay(table, version);
    } catch (error) {
      if (listing === LISTINGS || !wasCleanedMeanwhile(error)) throw error;
    }
  }
}

function wasCleanedMeanwhile(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' || (error instanceof Error && error.message.includes('No files found that match'));
}

async function replay(table: string, version: number | undefined): Promise<Snapshot | undefined> {
  const log = await listLog(table);
  const newest = Math.max(log.commits.at(-1) ?? -1, log.checkpoints.at(-1) ?? -1, log.multiPart.at(-1)?.version ?? -1);
  if (newest < 0) return undefined;
  const wanted = version ?? newest;
  if (wanted < 0 || wanted > newest)
    throw new MillraceError('NOT_FOUND', `The Delta table ${table} has no version ${wanted}; its newest is ${newest}.`, {
      fields: { table, version: wanted, newest },
    });
  const state = new LogState();
  const checkpoint = checkpointFor(log, wanted);
  if (checkpoint !== undefined) for (const action of await readCheckpoint(table, checkpoint)) state.apply(action);
  const commits = new Set(log.commits);
  for (let next = (checkpoint?.version ?? -1) + 1; next <= wanted; next++) {
    if (!commits.has(next)) throw gap(table, next, log);
    for (const action of await readCommit(table, next)) state.apply(action);
  }
  const snapshot = state.snapshot(table, wanted);
  if (wanted === newest) await rememberState(table, { version: wanted, state });
  return snapshot;
}

/** As `findSnapshot`, but a folder without a table fails with `NOT_FOUND`. */
export async function readSnapshot(table: string, version?: number): Promise<Snapshot> {
  const found = await findSnapshot(table, version);
  if (found === undefined) throw new MillraceError('NOT_FOUND', `There is no Delta table at ${table}.`, { fields: { table } });
  return found;
}

/** The checkpoint to begin from; `undefined` where all commits are read. */
function checkpointFor({ commits, checkpoints, multiPart }: LogListing, wanted: number): Checkpoint | undefined {
  if (commits[0] === 0 && wanted < REPLAY_WITHOUT_CHECKPOINT) return undefined;
  const version = checkpoints.findLast((candidate) => candidate <= wanted);
  const inParts = multiPart.findLast((candidate) => candidate.version <= wanted);
  if (version === undefined || (inParts !== undefined && inParts.version > version)) return inParts;
  return { version, parts: 1 };
}

function gap(table: string, version: number, { hasVersion2 }: LogListing): MillraceError {
  const reason = hasVersion2 ? 'what is there instead are checkpoints of version 2 (v2Checkpoint), which are not read here' : 'it is damaged or was cleaned up';
  return new MillraceError('TABLE_UNSUPPORTED', `The log of the Delta table ${table} lacks commit ${version}: ${reason}.`, { fields: { table, version } });
}
