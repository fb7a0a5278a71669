import { expect, it } from 'vitest';
import { JOB_CATALOG, type JobName } from './catalog.ts';

/**
 * Payloads and results as they were written when each kind of job first shipped. They lie in rows and queues of running
 * systems, so they must parse for ever: add lines here, never change one.
 */
const FROZEN: readonly { readonly name: JobName; readonly payload: object; readonly result: object }[] = [
  { name: 'run-pipeline', payload: { pipelineRunId: 'prun_1' }, result: { datasetVersionId: 'dsv_1', rowsLoaded: 10, rowsQuarantined: 0 } },
  { name: 'assess-availability', payload: { availabilityAssessmentId: 'asm_1' }, result: { verdict: 'PARTIAL' } },
  { name: 'run-training', payload: { trainingRunId: 'trun_1' }, result: { artifactDigest: 'sha256:00', metrics: { auc: 0.7 } } },
  { name: 'advance-release', payload: { releaseId: 'rel_1' }, result: { status: 'PROMOTED' } },
  { name: 'ingest-segment', payload: { predictionSegmentId: 'seg_1' }, result: { rows: 10 } },
  { name: 'run-scoring', payload: { scoringRunId: 'srun_1' }, result: { datasetVersionId: 'dsv_1', rows: 10 } },
  { name: 'ingest-labels', payload: { labelBatchId: 'lab_1' }, result: { rows: 10 } },
  { name: 'evaluate-monitor', payload: { monitorId: 'mon_1' }, result: { windowsClosed: 1, observations: 2 } },
];

it.each(FROZEN)('a payload and a result of $name from the first version still parse', ({ name, payload, result }) => {
  expect(JOB_CATALOG[name].payload.parse(payload)).toEqual(payload);
  expect(JOB_CATALOG[name].result.parse(result)).toEqual(result);
});

it('every kind of job has a frozen payload', () => {
  expect(FROZEN.map(({ name }) => name).toSorted()).toEqual(Object.keys(JOB_CATALOG).toSorted());
});
