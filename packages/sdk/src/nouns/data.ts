import type { Column, DataRequirementDefinition, Finding, PipelineDefinition } from '@millrace/contracts';
import type {
  AvailabilityAssessmentFieldsFragment,
  DataRequirementFieldsFragment,
  DataSourceFieldsFragment,
  DatasetFieldsFragment,
  DatasetVersionFieldsFragment,
  PipelineFieldsFragment,
  PipelineRunFieldsFragment,
} from '../generated/operations.ts';
import type { Job } from './job.ts';
import type { Refine } from './refine.ts';

/** A connection to where data comes from. */
export type DataSource = DataSourceFieldsFragment;
/** What a use case needs from data. */
export type DataRequirement = Refine<DataRequirementFieldsFragment, { definition: DataRequirementDefinition }>;
/** A requirement measured against data: verdict and findings once the job has succeeded. */
export type AvailabilityAssessment = Refine<AvailabilityAssessmentFieldsFragment, { findings: readonly Finding[]; job: Job }>;
/** One committed version of a dataset. `bytes` is what its files take. */
export type DatasetVersion = Refine<DatasetVersionFieldsFragment, { schema: readonly Column[] }>;
/** A table in the lakehouse. */
export type Dataset = Refine<DatasetFieldsFragment, { schema: readonly Column[]; latestVersion: DatasetVersion | null }>;
/** A version of a pipeline. */
export type Pipeline = Refine<PipelineFieldsFragment, { definition: PipelineDefinition }>;
/** What a pipeline is made of. Expectations and partitions may be left out. */
export type PipelineDefinitionInput = Pick<PipelineDefinition, 'sources' | 'transform' | 'dataset'> &
  Partial<Pick<PipelineDefinition, 'expectations' | 'partitionBy'>>;
/** One execution of a pipeline for one interval; rows and dataset version once its job has succeeded. */
export type PipelineRun = Refine<PipelineRunFieldsFragment, { job: Job }>;
/** An interval of event time. The end is exclusive. */
export interface Interval {
  readonly start: string | Date;
  readonly end: string | Date;
}
