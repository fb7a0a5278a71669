import { join } from 'node:path';
import type { Column, ExecutionProvider, ScoringTask } from '@millrace/contracts';
import { readSnapshot } from '@millrace/lakehouse';
import type { JobHandler, Lease } from '@millrace/queue';
import type { FilesystemStore } from '@millrace/storage';
import { chooseProviders } from '../engine/session/choose-providers.ts';
import { withLocalArtifact } from '../node-agent/local-artifact.ts';
import { scoreDataset } from './score-dataset.ts';
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

/** Scores a dataset version and records the outcome. An attempt that was overtaken can write files, but records nothing: the control plane checks its lease. */
export function runScoring(services: ScoringServices): JobHandler<'run-scoring'> {
  const { controlPlane, artifacts, lakehouseFolder, threads } = services;
  const sources = { artifacts, client: controlPlane };
  return async ({ payload: { scoringRunId }, lease, signal, log, progress }) => {
    const task = await controlPlane.scoringTask(scoringRunId);
    const providers = chooseProviders(task.version.serving, { preferred: services.provider, working: services.workingProviders });
    const table = join(lakehouseFolder, task.output.location);
    log.info('scoring', { dataset: task.input.dataset, rows: task.input.rows, model: task.version.model, version: task.version.version, providers, threads });
    const { artifactDigest: digest } = task.version;
    const scored = await withLocalArtifact(sources, digest, (path) =>
      scoreDataset({
        scoringRunId,
        threads,
        signal,
        logger: log,
        stagingFolder: join(lakehouseFolder, '.work', 'scoring', scoringRunId),
        onProgress: (rows, total) =>
          progress(total === 0 ? 1 : Math.min(1, rows / total), `${rows.toLocaleString('en')} of ${total.toLocaleString('en')} rows scored`),
        job: jobOf(task, { providers, artifact: { path, digest }, lakehouseFolder }),
      }),
    );
    const { rows: tableRows, bytes: tableBytes, columns } = await readSnapshot(table, scored.deltaVersion);
    const { deltaVersion, rows, rejected } = scored;
    const { id } = await controlPlane.recordScoringOutput(lease, { deltaVersion, rows, rejected, tableRows, tableBytes, schema: columns });
    log.info('scoring finished', { rows, rejected, deltaVersion });
    return { datasetVersionId: id, rows };
  };
}

function jobOf(
  { scoringRunId, version, input, output, keyColumns }: ScoringTask,
  { providers, artifact, lakehouseFolder }: Pick<ScoringJob, 'providers' | 'artifact'> & { readonly lakehouseFolder: string },
): ScoringJob {
  return {
    providers,
    artifact,
    signature: version.signature,
    source: { table: join(lakehouseFolder, input.location), version: input.deltaVersion, schema: input.schema },
    keyColumns,
    modelVersionId: version.modelVersionId,
    target: { table: join(lakehouseFolder, output.location), filePrefix: `${scoringRunId}-`, tags: { 'millrace.scoring': scoringRunId } },
  };
}
