import { MillraceError, type JobResult } from '@millrace/contracts';
import { enqueueJob, fencedTransaction, LabelBatch, Monitor, type EntityManager } from '@millrace/db';
import type { JobContext } from '@millrace/queue';
import { readLabels } from '../tables/label.ts';
import { evaluationOf } from './evaluation-job.ts';
import type { MonitoringServices } from './monitoring-services.ts';

/**
 * Commits a batch of labels to the lake, once. Labels of events that no prediction is known for are kept like all others:
 * the evaluation counts them, and joins them when the prediction arrives. Where nothing is monitored, they are counted here. A line that is
 * not a label is set aside with its reason.
 */
export async function ingestLabels(services: MonitoringServices, context: JobContext<'ingest-labels'>): Promise<JobResult<'ingest-labels'>> {
  const { dataSource, storage, tables } = services;
  const batch = await findBatch(dataSource.manager, context.payload.labelBatchId);
  if (batch.status === 'INGESTED') return { rows: batch.rows - batch.rejected, rejected: batch.rejected };
  const read = readLabels(await storage.read(batch.artifactDigest));
  const rejected = read.rejected.length;
  await tables.appendLabels(batch, batch.id, read);
  if (rejected > 0) context.log.warn('labels set aside', { labels: rejected, first: read.rejected.slice(0, 10) });
  const monitor = await dataSource.manager.findOneBy(Monitor, { endpointId: batch.endpointId });
  const unmatched = monitor === null ? ((await tables.countUnmatched(batch, [batch.id])).get(batch.id) ?? 0) : null;
  await fencedTransaction(dataSource, context.lease, async (manager) => {
    const { affected } = await manager.update(LabelBatch, { id: batch.id, status: 'RECEIVED' }, { status: 'INGESTED', unmatched, rejected });
    if (affected === 1 && monitor !== null) await enqueueJob(manager, evaluationOf(monitor));
  });
  return { rows: batch.rows - rejected, rejected };
}

async function findBatch(manager: EntityManager, id: string): Promise<LabelBatch> {
  const batch = await manager.findOneBy(LabelBatch, { id });
  if (batch === null) throw new MillraceError('NOT_FOUND', `There is no label batch ${id}.`, { fields: { labelBatchId: id } });
  return batch;
}
