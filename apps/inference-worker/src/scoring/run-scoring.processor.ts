import { join } from 'node:path';
import { MillraceError, type Column, type ExecutionProvider, type ScoringTask } from '@millrace/contracts';
import { inLakehouse, readSnapshot } from '@millrace/lakehouse';
import type { JobContext, JobHandler, Lease } from '@millrace/queue';
import type { FilesystemStore } from '@millrace/storage';
import { chooseProviders } from '../engine/session/choose-providers.ts';
import { withLocalArtifact } from '../node-agent/local-artifact.ts';
import { scoreDataset } from './score-dataset.ts';
import { findScored, giveUpScoring, type ScoredDataset, type ScoringTarget } from './scored-commit.ts';
import type { ScoringJob } from './scoring-messages.ts';

/** What a scoring run left behind, as the control plane records it: rows of the run, rows and bytes of the whole table. */
export interface ScoringOutput {
  readonly deltaVersion: number;
  readonly rows: number;
  readonly rejected: number;
  readonly tableRows: number;
  readonly tableBytes: number;
  readonly schema: readonly Column[];
}

/** Everything that scoring asks of the control plane beside its jobs. */
export interface ScoringControlPlane {
  scoringTask(scoringRunId: string): Promise<ScoringTask>;
  /** Makes the dataset version and ends the job, both or neither. Throws `STALE_ATTEMPT` when the lease is lost. */
  recordScoringOutput(lease: Lease, output: ScoringOutput): Promise<{ readonly id: string }>;
  downloadArtifact(digest: string): Promise<Uint8Array>;
}

export interface ScoringServices {
  readonly controlPlane: ScoringControlPlane;
  readonly artifacts: FilesystemStore;
  readonly lakehouseFolder: string;
  readonly threads: number;
  /** The provider that this process prefers, and those that were found to work. */
  readonly provider: ExecutionProvider;
  readonly workingProviders: readonly ExecutionProvider[];
}

/**
 * Scores a dataset version and records the outcome. From its commit on a run can only succeed: an attempt that died, was cancelled or was
 * the last is followed by one that finds the commit. An attempt that was overtaken can write files, but records nothing: the control
 * plane checks its lease.
 */
export function runScoring(services: ScoringServices): JobHandler<'run-scoring'> {
  const { controlPlane, lakehouseFolder } = services;
  return async (context) => {
    const { scoringRunId } = context.payload;
    const task = await controlPlane.scoringTask(scoringRunId);
    const target = { scoringRunId, table: join(lakehouseFolder, task.output.location), retriedAfter: context.retriedAfter };
    const { scored, snapshot } = await inLakehouse(lakehouseFolder, async () => {
      const done = context.settling === null ? await score(services, context, { task, target }) : await settle(services, context, target);
      return { scored: done, snapshot: await readSnapshot(target.table, done.deltaVersion) };
    });
    const { deltaVersion, rows, rejected } = scored;
    const { rows: tableRows, bytes: tableBytes, columns } = snapshot;
    const { id } = await controlPlane.recordScoringOutput(context.lease, { deltaVersion, rows, rejected, tableRows, tableBytes, schema: columns });
    context.log.info('scoring finished', { rows, rejected, deltaVersion });
    return { datasetVersionId: id, rows };
  };
}

async function score(
  services: ScoringServices,
  { attempt, retriedAfter, signal, log, progress, beginCommit }: JobContext<'run-scoring'>,
  { task, target }: { readonly task: ScoringTask; readonly target: ScoringTarget },
): Promise<ScoredDataset> {
  const { controlPlane, artifacts, lakehouseFolder, threads } = services;
  const { scoringRunId } = task;
  // What is committed needs neither the artifact nor a provider any more.
  const earlier = attempt > 1 ? await findScored(target) : undefined;
  if (earlier !== undefined) return earlier;
  const providers = chooseProviders(task.version.serving, { preferred: services.provider, working: services.workingProviders });
  log.info('scoring', { dataset: task.input.dataset, rows: task.input.rows, model: task.version.model, version: task.version.version, providers, threads });
  const { artifactDigest: digest } = task.version;
  return withLocalArtifact({ artifacts, client: controlPlane }, digest, (path) =>
    scoreDataset({
      scoringRunId,
      retriedAfter,
      threads,
      signal,
      logger: log,
      beginCommit,
      stagingFolder: stagingFolderOf(lakehouseFolder, scoringRunId),
      onProgress: (rows, total) =>
        progress(total === 0 ? 1 : Math.min(1, rows / total), `${rows.toLocaleString('en')} of ${total.toLocaleString('en')} rows scored`),
      job: jobOf(task, { providers, artifact: { path, digest }, lakehouseFolder }),
    }),
  );
}

/** The run was cancelled, or has no attempt left, after it had begun to commit. */
async function settle(
  { lakehouseFolder }: ScoringServices,
  { settling, abandonCommit }: JobContext<'run-scoring'>,
  target: ScoringTarget,
): Promise<ScoredDataset> {
  const { scoringRunId } = target;
  const scored = await giveUpScoring(target, { prefix: filePrefixOf(scoringRunId), stagingFolder: stagingFolderOf(lakehouseFolder, scoringRunId) });
  if (scored !== undefined) return scored;
  await abandonCommit();
  throw MillraceError.from(settling ?? { code: 'JOB_FAILED', message: 'the run was to end', retryable: false, fields: { scoringRunId } });
}

function stagingFolderOf(lakehouseFolder: string, scoringRunId: string): string {
  return join(lakehouseFolder, '.work', 'scoring', scoringRunId);
}

function filePrefixOf(scoringRunId: string): string {
  return `${scoringRunId}-`;
}

function jobOf(
  { scoringRunId, version, input, output, keyColumns }: ScoringTask,
  { providers, artifact, lakehouseFolder }: Pick<ScoringJob, 'providers' | 'artifact'> & { readonly lakehouseFolder: string },
): ScoringJob {
  return {
    providers,
    artifact,
    signature: version.signature,
    batching: version.serving.batching,
    source: { table: join(lakehouseFolder, input.location), version: input.deltaVersion, schema: input.schema },
    keyColumns,
    modelVersionId: version.modelVersionId,
    target: { table: join(lakehouseFolder, output.location), filePrefix: filePrefixOf(scoringRunId), tags: { 'millrace.scoring': scoringRunId } },
  };
}
