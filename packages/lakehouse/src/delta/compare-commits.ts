import { MillraceError } from '@millrace/contracts';
import { isForbidden } from './forbid-transaction.ts';
import { listLog, readCommit } from './log-files.ts';
import { findSnapshot, type Snapshot } from './snapshot.ts';
import { quarantineNameOf } from '../pipeline/quarantine.ts';

/** A commit and the run that made it. */
export interface RunOfCommit {
  readonly deltaVersion: number;
  /** Of a pipeline or of scoring. */
  readonly runId: string;
  /** Of its job: the attempt that committed, or for scoring the first one since the run was begun by hand; 0 where it is not known. */
  readonly attempt: number;
}

export interface ComparedCommits {
  readonly commitsWithoutVersion: readonly RunOfCommit[];
  /** Recorded versions that the log should have and has not. */
  readonly versionsWithoutCommit: readonly number[];
  /** Transactions of the quarantine table that are newer than what the table holds of them. */
  readonly quarantineWithoutLoad: readonly string[];
}

/** Compares the log of a dataset with the versions that are recorded of it. Commits that a cleaner has removed are not judged. */
export async function compareCommits(table: string, recorded: readonly number[]): Promise<ComparedCommits> {
  const { commits, checkpoints } = await listLog(table);
  const there = new Set(commits);
  const known = new Set(recorded);
  const commitsWithoutVersion: RunOfCommit[] = [];
  for (const version of commits.filter((candidate) => !known.has(candidate))) {
    const actions = await readCommit(table, version);
    const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo ?? {};
    const runId = info['pipelineRunId'] ?? info['scoringRunId'];
    const attempt = Number(info['attempt'] ?? actions.find(({ txn }) => txn !== undefined)?.txn?.version ?? 0);
    if (typeof runId === 'string' && !isForbidden({ version, info })) commitsWithoutVersion.push({ deltaVersion: version, runId, attempt });
  }
  const oldest = commits[0] ?? Number.POSITIVE_INFINITY;
  const newest = Math.max(commits.at(-1) ?? -1, checkpoints.at(-1) ?? -1);
  const versionsWithoutCommit = recorded.filter((version) => version > newest || (version >= oldest && !there.has(version)));
  return { commitsWithoutVersion, versionsWithoutCommit, quarantineWithoutLoad: await quarantineWithoutLoad(table) };
}

/** A table that another engine has made unreadable here is not judged, and does not keep others from being. */
async function findReadable(table: string): Promise<Snapshot | 'UNSUPPORTED' | undefined> {
  try {
    return await findSnapshot(table);
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'TABLE_UNSUPPORTED') return 'UNSUPPORTED';
    throw error;
  }
}

async function quarantineWithoutLoad(table: string): Promise<string[]> {
  const quarantine = await findReadable(quarantineNameOf(table));
  if (quarantine === undefined) return [];
  const dataset = await findReadable(table);
  if (dataset === 'UNSUPPORTED' || quarantine === 'UNSUPPORTED') return [];
  const loaded = dataset?.transactions;
  const keys = [...quarantine.files.values()].flatMap(({ tags }) => tags?.['millrace.interval'] ?? []);
  return [...new Set(keys)].filter((key) => (loaded?.get(key) ?? -1) < (quarantine.transactions.get(key) ?? 0));
}
