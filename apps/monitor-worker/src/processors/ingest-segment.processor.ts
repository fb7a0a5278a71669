import { MillraceError, type JobResult } from '@millrace/contracts';
import { enqueueJob, fencedTransaction, Monitor, PredictionSegment, type EntityManager } from '@millrace/db';
import type { JobContext } from '@millrace/queue';
import { mergeIntoWindows } from '../windows/merge-into-windows.ts';
import { evaluationOf } from './evaluation-job.ts';
import { featureColumns } from './feature-columns.ts';
import type { MonitoringServices } from './monitoring-services.ts';

/**
 * Commits a segment of the prediction log to the lake and adds its summaries to the windows. Both happen once however often
 * the job is delivered: the lake knows the segment by its id, and the row of the segment turns INGESTED in the transaction
 * that merges the windows and asks for an evaluation.
 */
export async function ingestSegment(services: MonitoringServices, context: JobContext<'ingest-segment'>): Promise<JobResult<'ingest-segment'>> {
  const { dataSource, storage, tables } = services;
  const segment = await findSegment(dataSource.manager, context.payload.predictionSegmentId);
  if (segment.status === 'INGESTED') return { rows: segment.rows };
  const features = await featureColumns(dataSource.manager, segment.endpointId);
  const content = await storage.read(segment.artifactDigest);
  const unfit = await tables.appendPredictions(segment, { content, segmentId: segment.id, rows: segment.rows }, features);
  if (Object.keys(unfit).length > 0) context.log.warn('values do not fit the columns of their features, and are missing in the table', { values: unfit });
  context.progress(0.8, 'merging windows');
  await fencedTransaction(dataSource, context.lease, (manager) => recordSegment(manager, segment));
  return { rows: segment.rows };
}

async function findSegment(manager: EntityManager, id: string): Promise<PredictionSegment> {
  const segment = await manager.findOneBy(PredictionSegment, { id });
  if (segment === null) throw new MillraceError('NOT_FOUND', `There is no prediction segment ${id}.`, { fields: { predictionSegmentId: id } });
  return segment;
}

async function recordSegment(manager: EntityManager, segment: PredictionSegment): Promise<void> {
  const monitor = await manager.findOne(Monitor, { where: { endpointId: segment.endpointId }, lock: { mode: 'for_no_key_update' } });
  const { affected } = await manager.update(PredictionSegment, { id: segment.id, status: 'RECEIVED' }, { status: 'INGESTED' });
  if (affected !== 1 || monitor === null) return;
  await mergeIntoWindows(manager, monitor, segment.summaries);
  if (monitor.watermark === null || monitor.watermark < segment.maxEventTime)
    await manager.update(Monitor, { id: monitor.id }, { watermark: segment.maxEventTime });
  await enqueueJob(manager, evaluationOf(monitor));
}
