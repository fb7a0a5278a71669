import { Alert, LabelBatch, Monitor, MonitorWindow, PredictionSegment } from '@millrace/db';
import { sampleMonitorDefinition, uniformHistogram } from './definitions.ts';
import { buildJob } from './job.builders.ts';
import { buildModelVersion } from './science.builders.ts';
import { buildEndpoint, buildNode } from './serving.builders.ts';
import { build, uniqueName, type Overrides, type TestWorkspace } from './workspace.ts';

const DAY = new Date('2001-04-01T00:00:00Z');
const NEXT_DAY = new Date('2001-04-02T00:00:00Z');

export async function buildMonitor(workspace: TestWorkspace, overrides: Overrides<Monitor> = {}): Promise<Monitor> {
  const endpointId = overrides.endpointId ?? (await buildEndpoint(workspace)).id;
  return build(workspace, Monitor, { definition: sampleMonitorDefinition, ...overrides, endpointId });
}

export async function buildMonitorWindow(workspace: TestWorkspace, overrides: Overrides<MonitorWindow> = {}): Promise<MonitorWindow> {
  const monitorId = overrides.monitorId ?? (await buildMonitor(workspace)).id;
  const modelVersionId = overrides.modelVersionId ?? (await buildModelVersion(workspace)).id;
  const windowStart = overrides.windowStart ?? DAY;
  const summary = { windowStart: windowStart.toISOString(), rows: 1000, features: { distance: uniformHistogram() }, score: uniformHistogram() };
  return build(workspace, MonitorWindow, { windowEnd: NEXT_DAY, summary, rows: 1000, ...overrides, windowStart, monitorId, modelVersionId });
}

export async function buildPredictionSegment(workspace: TestWorkspace, overrides: Overrides<PredictionSegment> = {}): Promise<PredictionSegment> {
  const nodeId = overrides.nodeId ?? (await buildNode(workspace)).id;
  const endpointId = overrides.endpointId ?? (await buildEndpoint(workspace)).id;
  const jobId =
    overrides.jobId ?? (await buildJob(workspace, { queue: 'monitoring', name: 'ingest-segment', payload: { predictionSegmentId: 'seg_unknown' } })).id;
  return build(workspace, PredictionSegment, {
    sequence: 1,
    artifactDigest: `sha256:${'0'.repeat(64)}`,
    rows: 1000,
    minEventTime: DAY,
    maxEventTime: NEXT_DAY,
    summaries: [],
    ...overrides,
    nodeId,
    endpointId,
    jobId,
  });
}

export async function buildLabelBatch(workspace: TestWorkspace, overrides: Overrides<LabelBatch> = {}): Promise<LabelBatch> {
  const endpointId = overrides.endpointId ?? (await buildEndpoint(workspace)).id;
  const jobId = overrides.jobId ?? (await buildJob(workspace, { queue: 'monitoring', name: 'ingest-labels', payload: { labelBatchId: 'lab_unknown' } })).id;
  return build(workspace, LabelBatch, { artifactDigest: `sha256:${'0'.repeat(64)}`, rows: 1000, ...overrides, endpointId, jobId });
}

export async function buildAlert(workspace: TestWorkspace, overrides: Overrides<Alert> = {}): Promise<Alert> {
  const monitorId = overrides.monitorId ?? (await buildMonitor(workspace)).id;
  return build(workspace, Alert, { cause: uniqueName('drift'), title: 'Half of the features drifted.', detail: {}, ...overrides, monitorId });
}
