import type { z } from 'zod';
import type { QueueName } from '../values/queue-name.ts';
import { advanceReleaseJob } from './advance-release.job.ts';
import { assessAvailabilityJob } from './assess-availability.job.ts';
import { evaluateMonitorJob } from './evaluate-monitor.job.ts';
import { ingestLabelsJob } from './ingest-labels.job.ts';
import { ingestSegmentJob } from './ingest-segment.job.ts';
import { runPipelineJob } from './run-pipeline.job.ts';
import { runScoringJob } from './run-scoring.job.ts';
import { runTrainingJob } from './run-training.job.ts';

/**
 * Every kind of job there is, by name.
 *
 * @example
 * ```ts
 * import { JOB_CATALOG, type JobName, type JobNameOn, type JobPayload, type JobResult } from '@millrace/contracts';
 *
 * const payload: JobPayload<'run-pipeline'> = JOB_CATALOG['run-pipeline'].payload.parse({ pipelineRunId: 'prun_1' });
 * const rowsOf = (result: JobResult<'ingest-segment'>): number => result.rows;
 * const onEtl: JobNameOn<'etl'> = 'assess-availability';
 * const name: JobName = onEtl;
 * ```
 */
export const JOB_CATALOG = {
  'run-pipeline': runPipelineJob,
  'assess-availability': assessAvailabilityJob,
  'run-training': runTrainingJob,
  'advance-release': advanceReleaseJob,
  'ingest-segment': ingestSegmentJob,
  'run-scoring': runScoringJob,
  'ingest-labels': ingestLabelsJob,
  'evaluate-monitor': evaluateMonitorJob,
} as const;

export type JobName = keyof typeof JOB_CATALOG;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOB_CATALOG)[Name]['payload']>;
export type JobResult<Name extends JobName> = z.infer<(typeof JOB_CATALOG)[Name]['result']>;

/** The names of the jobs that one queue delivers. */
export type JobNameOn<Queue extends QueueName> = { [Name in JobName]: (typeof JOB_CATALOG)[Name]['queue'] extends Queue ? Name : never }[JobName];
