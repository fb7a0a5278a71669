import { join } from 'node:path';
import { decidingTransaction, fencedTransaction, TrainingMetric, TrainingRun } from '@millrace/db';
import { inLakehouse, readColumns } from '@millrace/lakehouse';
import { modelCard, runTrainingInThread, type TrainingOutcome } from '@millrace/learning';
import type { JobContext, JobHandler } from '@millrace/queue';
import { MetricRecorder } from '../metric-recorder.ts';
import { findTrainingRun, type FoundTrainingRun } from '../training-data/find-training-run.ts';
import { trainingColumns } from '../training-data/training-columns.ts';
import { trainingTable, type TrainingTable } from '../training-data/training-table.ts';
import { verifyExport } from '../verify-export.ts';
import type { TrainingServices } from './training-services.ts';

type Context = JobContext<'run-training'>;

const METRIC_MILLISECONDS = 500;

/**
 * Reads the rows, trains in a thread, verifies the exported graph, stores it, and writes the outcome on the training run. All rows are
 * written in transactions that the lease fences, so an attempt that was overtaken leaves nothing; the artifact is named by its content,
 * so storing it twice stores it once.
 */
export function runTrainingProcessor(services: TrainingServices): JobHandler<'run-training'> {
  return async (context) => {
    context.progress(0, 'reading rows');
    const found = await findTrainingRun(services.dataSource.manager, context.workspaceId, context.payload.trainingRunId);
    const { artifactDigest, metrics } = found.run;
    // An earlier attempt has written the outcome, and died or was cancelled before it could say so.
    if (artifactDigest !== null && metrics !== null) return { artifactDigest, metrics: { ...metrics } };
    const { table, unlabelled } = await readTable(services, found);
    context.log.info('rows read', { rows: table.rows, unlabelled, datasetVersionId: found.version.id });
    const outcome = await train(services, context, found, table);
    context.progress(0.9, 'verifying the exported model');
    context.log.info('model verified', { ...(await verifyExport(outcome.onnx, outcome.scoreOutput, outcome.verification)) });
    const artifact = await services.artifacts.put(outcome.onnx);
    await writeOutcome(services, context, found, outcome, artifact);
    context.log.info('training finished', { ...outcome.metrics, artifactDigest: artifact.digest });
    return { artifactDigest: artifact.digest, metrics: { ...outcome.metrics } };
  };
}

async function readTable(services: TrainingServices, { run: { spec }, version, dataset }: FoundTrainingRun): Promise<TrainingTable> {
  const { start, end, timeColumn } = spec.split;
  const rows = await inLakehouse(services.lakehouseFolder, () =>
    readColumns({
      table: join(services.lakehouseFolder, dataset.location),
      version: version.deltaVersion,
      columns: trainingColumns(spec, version.schema),
      timeColumn,
      ...(start === undefined ? {} : { start: new Date(start) }),
      ...(end === undefined ? {} : { end: new Date(end) }),
    }),
  );
  return trainingTable(rows, spec);
}

/** Learning takes the progress from 10 % to 90 %. Metrics of an earlier attempt give way to those of this one. */
async function train(
  { dataSource }: TrainingServices,
  context: Context,
  { run, version }: FoundTrainingRun,
  table: TrainingTable['table'],
): Promise<TrainingOutcome> {
  const trainingRunId = run.id;
  await fencedTransaction(dataSource, context.lease, (manager) => manager.delete(TrainingMetric, { trainingRunId }));
  const overtaken = new AbortController();
  const recorder = new MetricRecorder({
    everyMilliseconds: METRIC_MILLISECONDS,
    write: (metrics) =>
      fencedTransaction(dataSource, context.lease, async (manager) => {
        await manager.upsert(
          TrainingMetric,
          metrics.map((metric) => ({ ...metric, trainingRunId })),
          ['trainingRunId', 'name', 'step'],
        );
      }),
    onFailure: (error) => overtaken.abort(error),
  });
  try {
    return await runTrainingInThread(
      { spec: run.spec, columns: version.schema, table },
      {
        signal: AbortSignal.any([context.signal, overtaken.signal]),
        onProgress: (fraction, metrics) => {
          recorder.record(metrics);
          context.progress(0.1 + fraction * 0.8, `training ${run.spec.trainer}`);
        },
      },
    );
  } finally {
    await recorder.close();
  }
}

async function writeOutcome(
  { dataSource }: TrainingServices,
  { lease }: Context,
  { run, version, experiment, useCase }: FoundTrainingRun,
  outcome: TrainingOutcome,
  artifact: { digest: string; bytes: number },
): Promise<void> {
  const { description, metrics, baselineMetrics, threshold, signature, scoreOutput, referenceProfile, data } = outcome;
  const card = modelCard({
    name: experiment.name,
    spec: run.spec,
    description,
    metrics,
    baselineMetrics,
    threshold,
    data: { datasetVersionId: version.id, ...data },
    intendedUse: `Use case "${useCase.name}". ${useCase.problem}`.trim(),
  });
  await decidingTransaction(dataSource, lease, (manager) =>
    manager.update(
      TrainingRun,
      { id: run.id },
      {
        artifactDigest: artifact.digest,
        artifactBytes: artifact.bytes,
        signature,
        scoreOutput,
        referenceProfile,
        metrics,
        baselineMetrics,
        threshold,
        modelCard: card,
        description: { ...description, data },
        environment: { node: process.versions.node, platform: `${process.platform}-${process.arch}` },
      },
    ),
  );
}
