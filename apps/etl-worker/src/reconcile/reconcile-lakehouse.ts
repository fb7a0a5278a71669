import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Dataset, DatasetVersion, JobLedger, takeSweepTurn, type DataSource, type Job } from '@millrace/db';
import { compareCommits, inLakehouse, type RunOfCommit } from '@millrace/lakehouse';
import type { Logger } from '@millrace/service-kit';

export interface ReconcileOptions {
  readonly dataSource: DataSource;
  readonly lakehouseFolder: string;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
}

/** A worker that dies in a sweep loses its turn after so long. */
const LEASE_SECONDS = 600;

/** What a sweep over all datasets found that does not agree. */
export interface Disagreements {
  /** Commits of runs that ended without success: their jobs are begun again, to find them, unless the run was begun anew by hand since. */
  readonly commitsWithoutVersion: number;
  /** Versions that the log of their table does not have: the lakehouse lost them, or is an older copy. */
  readonly versionsWithoutCommit: number;
  /** Intervals with rows in quarantine and no load. */
  readonly quarantineWithoutLoad: number;
}

/** The job of the run that made a commit, where it has ended and no version names the commit. */
const ORPHANED = `
  SELECT j.id, j.retried_after AS "retriedAfter" FROM job j
  WHERE j.workspace_id = $1 AND j.status IN ('FAILED', 'CANCELLED') AND j.id IN (
    SELECT job_id FROM pipeline_run WHERE workspace_id = $1 AND id = $2 UNION ALL SELECT job_id FROM scoring_run WHERE workspace_id = $1 AND id = $2
  )
  AND NOT EXISTS (
    SELECT 1 FROM dataset_version v JOIN dataset d ON d.id = v.dataset_id WHERE d.workspace_id = $1 AND d.name = $3 AND v.delta_version = $4
  )`;

/**
 * Compares the commits of every dataset with its versions, both ways. By its protocol a job cannot end between the two; what a fault, a
 * restored copy or a person left there all the same is told, and runs whose commit stands are begun again to find it. Throws
 * `STORAGE_UNAVAILABLE` while the lakehouse is away: what it lacks then is not lost.
 */
export function reconcileLakehouse(options: ReconcileOptions, renew: () => Promise<void> = () => Promise.resolve()): Promise<Disagreements> {
  return inLakehouse(options.lakehouseFolder, () => compareAll(options, renew));
}

async function compareAll({ dataSource, lakehouseFolder, logger }: ReconcileOptions, renew: () => Promise<void>): Promise<Disagreements> {
  const found = { commitsWithoutVersion: 0, versionsWithoutCommit: 0, quarantineWithoutLoad: 0 };
  const ledger = new JobLedger({ dataSource });
  for (const { workspaceId, name } of await datasetsIn(lakehouseFolder)) {
    const dataset = await dataSource.manager.findOneBy(Dataset, { workspaceId, name });
    const versions =
      dataset === null ? [] : await dataSource.manager.find(DatasetVersion, { select: { deltaVersion: true }, where: { datasetId: dataset.id } });
    const known = versions.map(({ deltaVersion }) => deltaVersion);
    const compared = await compareCommits(join(lakehouseFolder, workspaceId, name), known);
    for (const commit of compared.commitsWithoutVersion) {
      for (const { id: jobId, retriedAfter } of await jobsOf(dataSource, { workspaceId, name }, commit)) {
        found.commitsWithoutVersion += 1;
        // What was there before a run was begun anew by hand has no effect on it: it would look in vain, at every sweep.
        const canBeFound = commit.attempt > retriedAfter;
        const where = { workspaceId, dataset: name, ...commit, jobId };
        if (canBeFound) logger.error('a commit has no dataset version; its job is begun again', where);
        else logger.error('a commit has no dataset version; its run was begun anew since, and its rows stand until that succeeds', where);
        if (canBeFound) await ledger.lookForCommit(jobId);
      }
    }
    for (const deltaVersion of compared.versionsWithoutCommit)
      logger.error('a dataset version has no commit in the lakehouse', { workspaceId, dataset: name, deltaVersion });
    for (const interval of compared.quarantineWithoutLoad)
      logger.error('rows are in quarantine of a load that is not there', { workspaceId, dataset: name, interval });
    found.versionsWithoutCommit += compared.versionsWithoutCommit.length;
    found.quarantineWithoutLoad += compared.quarantineWithoutLoad.length;
    await renew();
  }
  return found;
}

async function jobsOf(
  dataSource: DataSource,
  { workspaceId, name }: DatasetFolder,
  { runId, deltaVersion }: RunOfCommit,
): Promise<Pick<Job, 'id' | 'retriedAfter'>[]> {
  return dataSource.query(ORPHANED, [workspaceId, runId, name, deltaVersion]);
}

/** Does it where it is due and no other worker is at it. What disagrees stands in the row of the sweep. Returns how many jobs may have been begun again. */
export async function sweepReconcile(options: ReconcileOptions & { readonly holder: string; readonly everySeconds: number }): Promise<number> {
  const { dataSource, holder, everySeconds } = options;
  const found = await takeSweepTurn(dataSource, { name: 'reconcile', holder, everySeconds, leaseSeconds: LEASE_SECONDS }, async (renew) => ({
    ...(await reconcileLakehouse(options, renew)),
  }));
  return found?.commitsWithoutVersion ?? 0;
}

interface DatasetFolder {
  readonly workspaceId: string;
  readonly name: string;
}

/** Folders of datasets; one that was never recorded has no row, but may have commits. */
async function datasetsIn(lakehouseFolder: string): Promise<DatasetFolder[]> {
  const folders: DatasetFolder[] = [];
  for (const workspace of await readdir(lakehouseFolder, { withFileTypes: true })) {
    if (!workspace.isDirectory() || workspace.name.startsWith('.')) continue;
    for (const { name } of await readdir(join(lakehouseFolder, workspace.name), { withFileTypes: true }))
      if (!name.startsWith('__') && !name.startsWith('.') && !name.endsWith('__quarantine')) folders.push({ workspaceId: workspace.name, name });
  }
  return folders;
}
