import type { CommitInfo } from './actions.ts';
import { listLog, readCommit } from './log-files.ts';

/** A commit found by its transaction: its Delta version and what was recorded with it. */
export interface FoundCommit {
  readonly version: number;
  readonly info: CommitInfo;
}

/**
 * Finds the commit of a transaction, newest first, up to one of an older version of the same application. This is how a worker that
 * died between the commit and the write to the database learns what its earlier attempt did.
 */
export async function findTransaction(table: string, appId: string, version: number): Promise<FoundCommit | undefined> {
  const { commits } = await listLog(table);
  for (const candidate of commits.toReversed()) {
    const actions = await readCommit(table, candidate);
    const there = actions.find(({ txn }) => txn?.appId === appId)?.txn?.version;
    if (there === version) return { version: candidate, info: actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo ?? {} };
    if (there !== undefined && there < version) return undefined;
  }
  return undefined;
}
