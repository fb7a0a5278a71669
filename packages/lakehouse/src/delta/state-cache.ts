import { stat } from 'node:fs/promises';
import type { Action } from './actions.ts';
import { commitPath, readCommit } from './log-files.ts';
import { LogState } from './log-state.ts';

/** The state of a table as it was at a version. */
export interface StateAtVersion {
  readonly version: number;
  readonly state: LogState;
}

/*
 * A log only grows, so a state that was read once holds for good: to read a table again costs what was committed since, not
 * what lies in its log. The cache is seen by nobody: a table that was removed and made again is told by the file of the
 * commit, and what is not recalled is read from the log. It is bounded by tables and by the actions that they hold.
 */
const TABLES = 64;
const ACTIONS = 400_000;
/** Above so many commits since, a checkpoint is faster. */
const COMMITS = 200;

const states = new Map<string, StateAtVersion & { readonly mark: string }>();

/** The state at a version, by default the newest, from what is remembered and the commits since; `undefined` where it has to be read from the log. */
export async function recallState(table: string, wanted?: number): Promise<StateAtVersion | undefined> {
  const known = states.get(table);
  if (known === undefined || (wanted !== undefined && wanted < known.version)) return undefined;
  const commits: Action[][] = [];
  let isEnd = false;
  while (known.version + commits.length !== wanted && commits.length < COMMITS) {
    const actions = await readCommit(table, known.version + commits.length + 1).catch(undefinedWhereMissing);
    if (actions === undefined) {
      isEnd = true;
      break;
    }
    commits.push(actions);
  }
  const version = known.version + commits.length;
  if ((wanted === undefined && !isEnd) || (wanted !== undefined && version !== wanted)) return undefined;
  // Looked at last: a cleaner takes commits away in their order, so where this one is left, those after it were not skipped.
  if ((await markOf(table, known.version)) !== known.mark) {
    states.delete(table);
    return undefined;
  }
  if (commits.length === 0) return touched(table, known);
  const state = LogState.copyOf(known.state);
  for (const action of commits.flat()) state.apply(action);
  await rememberState(table, { version, state });
  return { version, state };
}

/** Lets go of transactions in what is remembered of a table. */
export function forgetTransactions(table: string, appIds: readonly string[]): void {
  const known = states.get(table);
  if (known === undefined) return;
  const state = LogState.copyOf(known.state);
  state.forget(appIds);
  states.set(table, { ...known, state });
}

/** Keeps a state that nobody changes any more. */
export async function rememberState(table: string, { version, state }: StateAtVersion): Promise<void> {
  const mark = await markOf(table, version);
  if (mark === undefined) return;
  const known = states.get(table);
  if (known !== undefined && known.version > version && known.mark === (await markOf(table, known.version))) return;
  touched(table, { version, state, mark });
  let actions = 0;
  for (const [name, { state: kept }] of [...states].toReversed()) {
    actions += kept.size;
    if (name !== table && actions > ACTIONS) states.delete(name);
  }
  for (const name of states.keys()) {
    if (states.size <= TABLES) break;
    states.delete(name);
  }
}

/** The order of the map is that of the last use. */
function touched<State extends StateAtVersion & { readonly mark: string }>(table: string, entry: State): State {
  states.delete(table);
  states.set(table, entry);
  return entry;
}

async function markOf(table: string, version: number): Promise<string | undefined> {
  const file = await stat(commitPath(table, version)).catch(undefinedWhereMissing);
  return file === undefined ? undefined : `${file.ino} ${file.mtimeMs} ${file.size}`;
}

function undefinedWhereMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
