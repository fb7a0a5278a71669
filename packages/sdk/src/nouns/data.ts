import type { Column, DataRequirementDefinition, Finding, PipelineDefinition, ReadingDefinition } from '@millrace/contracts';
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

/**
 * A connection to where data comes from, with the declared part of how its files are read.
 *
 * @example
 * ```ts
 * import type { DataSource } from '@millrace/sdk';
 * const label = ({ name, format, uri }: DataSource): string => `${name} (${format}) at ${uri}`;
 * ```
 */
export type DataSource = Refine<DataSourceFieldsFragment, { reading: ReadingDefinition }>;
/**
 * What a use case needs from data.
 *
 * @example
 * ```ts
 * import type { DataRequirement } from '@millrace/sdk';
 * const needed = ({ definition }: DataRequirement): string[] => definition.columns.map(({ name }) => name);
 * ```
 */
export type DataRequirement = Refine<DataRequirementFieldsFragment, { definition: DataRequirementDefinition }>;
/**
 * A requirement measured against data: verdict and findings once the job has succeeded.
 *
 * @example
 * ```ts
 * import type { AvailabilityAssessment } from '@millrace/sdk';
 * const gaps = ({ findings }: AvailabilityAssessment): string[] => findings.filter(({ met }) => !met).map(({ message }) => message);
 * ```
 */
export type AvailabilityAssessment = Refine<AvailabilityAssessmentFieldsFragment, { findings: readonly Finding[]; job: Job }>;
/**
 * One committed version of a dataset. `bytes` is what its files take.
 *
 * @example
 * ```ts
 * import type { DatasetVersion } from '@millrace/sdk';
 * const bytesPerRow = ({ bytes, rows }: DatasetVersion): number => bytes / rows;
 * ```
 */
export type DatasetVersion = Refine<DatasetVersionFieldsFragment, { schema: readonly Column[] }>;
/**
 * A table in the lakehouse.
 *
 * @example
 * ```ts
 * import type { Dataset } from '@millrace/sdk';
 * const rows = ({ latestVersion }: Dataset): number => latestVersion?.rows ?? 0;
 * ```
 */
export type Dataset = Refine<DatasetFieldsFragment, { schema: readonly Column[]; latestVersion: DatasetVersion | null }>;
/**
 * A version of a pipeline.
 *
 * @example
 * ```ts
 * import type { Pipeline } from '@millrace/sdk';
 * const writesTo = ({ definition }: Pipeline): string => definition.dataset;
 * ```
 */
export type Pipeline = Refine<PipelineFieldsFragment, { definition: PipelineDefinition }>;
/**
 * What a pipeline is made of. Expectations, partitions and the interval column may be left out.
 *
 * @example
 * ```ts
 * import type { PipelineDefinitionInput } from '@millrace/sdk';
 * const copy: PipelineDefinitionInput = { sources: [{ name: 'orders', dataSourceId: 'src_…' }], transform: 'SELECT * FROM orders', dataset: 'orders' };
 * ```
 */
export type PipelineDefinitionInput = Pick<PipelineDefinition, 'sources' | 'transform' | 'dataset'> &
  Partial<Pick<PipelineDefinition, 'expectations' | 'partitionBy' | 'intervalColumn'>>;
/**
 * One execution of a pipeline for one interval; rows and dataset version once its job has succeeded.
 *
 * @example
 * ```ts
 * import type { PipelineRun } from '@millrace/sdk';
 * const summary = ({ rowsLoaded, rowsQuarantined }: PipelineRun): string => `${rowsLoaded} loaded, ${rowsQuarantined} in quarantine`;
 * ```
 */
export type PipelineRun = Refine<PipelineRunFieldsFragment, { job: Job }>;
/**
 * An interval of event time. The end is exclusive.
 *
 * @example
 * ```ts
 * import type { Interval } from '@millrace/sdk';
 * const january: Interval = { start: '2001-01-01T00:00:00Z', end: new Date('2001-02-01T00:00:00Z') };
 * ```
 */
export interface Interval {
  readonly start: string | Date;
  readonly end: string | Date;
}
