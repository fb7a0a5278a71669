import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logFolderOf } from './log-files.ts';

/** What `_last_checkpoint` says. */
export interface LastCheckpoint {
  readonly version: number;
  /** Actions in the checkpoint. */
  readonly size: number;
}

/** At least so many commits lie between two checkpoints. */
const FEWEST_COMMITS = 10;
/** An action of a checkpoint takes about so much less room than a commit. */
const ACTIONS_PER_COMMIT = 20;

/**
 * Whether a version should get a checkpoint. A checkpoint repeats all that is in the table, so one at every tenth version makes
 * a log that grows with the square of the commits. This one waits until the commits since take as much room as the last
 * checkpoint: then all of them together take no more than a few times the commits, and reading costs at most twice a checkpoint.
 */
export async function isCheckpointDue(table: string, version: number): Promise<boolean> {
  const known = await readLastCheckpoint(table);
  // What another writer says of a version that is not there yet would put off all checkpoints.
  const { version: last, size } = known === undefined || known.version > version ? { version: 0, size: 0 } : known;
  return version - last >= Math.max(FEWEST_COMMITS, size / ACTIONS_PER_COMMIT);
}

/** The newest checkpoint as the pointer has it; `undefined` where there is none or it cannot be read: it is only a hint. */
export async function readLastCheckpoint(table: string): Promise<LastCheckpoint | undefined> {
  try {
    const { version, size } = JSON.parse(await readFile(join(logFolderOf(table), '_last_checkpoint'), 'utf8')) as Partial<LastCheckpoint>;
    return typeof version === 'number' && typeof size === 'number' ? { version, size } : undefined;
  } catch {
    return undefined;
  }
}
