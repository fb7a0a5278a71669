import { MillraceError } from '@millrace/contracts';
import { discardFiles, findTransaction, forbidTransaction, isForbidden, type FoundCommit } from '@millrace/lakehouse';
import { rm } from 'node:fs/promises';

/** A scoring run and the table that it writes. */
export interface ScoringTarget {
  readonly scoringRunId: string;
  readonly table: string;
  /** Attempts before the run was begun again by hand: what was given up before has no effect on it. */
  readonly retriedAfter: number;
}

/** The commit of a scoring run. */
export interface ScoredDataset {
  readonly deltaVersion: number;
  readonly rows: number;
  readonly rejected: number;
  readonly bytes: number;
}

/** A run commits once: this is looked up before every try to commit. */
export function transactionOf({ scoringRunId, retriedAfter }: ScoringTarget): { readonly appId: string; readonly version: number } {
  return { appId: `scoring/${scoringRunId}`, version: 1 + retriedAfter };
}

/** What an attempt of this run committed. Throws `CONFLICT` where the run was given up. */
export async function findScored(target: ScoringTarget): Promise<ScoredDataset | undefined> {
  const { appId, version } = transactionOf(target);
  const found = await findTransaction(target.table, appId, version);
  if (found === undefined) return undefined;
  if (isForbidden(found)) throw new MillraceError('CONFLICT', `the scoring run ${target.scoringRunId} was given up`, { fields: { ...target } });
  return scoredIn(found);
}

/** Makes sure that no attempt of this run commits any more, and clears away what it wrote. Returns what one has committed already. */
export async function giveUpScoring(
  target: ScoringTarget,
  files: { readonly prefix: string; readonly stagingFolder: string },
): Promise<ScoredDataset | undefined> {
  const found = await forbidTransaction(target.table, transactionOf(target), { scoringRunId: target.scoringRunId });
  if (found !== undefined) return scoredIn(found);
  await discardFiles([target.table], files.prefix);
  await rm(files.stagingFolder, { recursive: true, force: true });
  return undefined;
}

function scoredIn({ version, info }: FoundCommit): ScoredDataset {
  const { rows, rejected, bytes } = info;
  if (typeof rows !== 'number' || typeof rejected !== 'number' || typeof bytes !== 'number')
    throw new MillraceError('INTERNAL', 'the commit of this scoring run does not say how many rows it holds', { fields: { version } });
  return { deltaVersion: version, rows, rejected, bytes };
}
