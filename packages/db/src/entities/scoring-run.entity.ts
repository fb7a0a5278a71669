import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { bigintAsNumber } from '../bigint-as-number.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Dataset } from './dataset.entity.ts';
import { Environment } from './environment.entity.ts';
import { Job } from './job.entity.ts';
import { ModelVersion } from './model-version.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** Batch inference: every row of a dataset version through one model version. `outputDatasetVersionId`, `rows` and `rejected` are there once its job succeeded. */
@Entity('scoring_run')
@ForeignKey(() => ModelVersion, ['workspaceId', 'modelVersionId'], ['workspaceId', 'id'])
@Index(['modelVersionId'])
@ForeignKey(() => DatasetVersion, ['workspaceId', 'datasetVersionId'], ['workspaceId', 'id'])
@Index(['datasetVersionId'])
@ForeignKey(() => Dataset, ['workspaceId', 'outputDatasetId'], ['workspaceId', 'id'])
@Index(['outputDatasetId'])
@ForeignKey(() => Environment, ['workspaceId', 'environmentId'], ['workspaceId', 'id'])
@Index(['environmentId'])
@ForeignKey(() => Job, ['workspaceId', 'jobId'], ['workspaceId', 'id'])
@Index(['jobId'])
@ForeignKey(() => DatasetVersion, ['workspaceId', 'outputDatasetVersionId'], ['workspaceId', 'id'])
@Index(['outputDatasetVersionId'])
export class ScoringRun extends MutableRow {
  static readonly kind = 'scoringRun';

  @Column('text') modelVersionId!: string;
  @Column('text') datasetVersionId!: string;
  @Column('text') outputDatasetId!: string;
  /** Where it is to run; null: anywhere. */
  @Column('text', { nullable: true }) environmentId!: string | null;
  /** Columns that are carried over beside the predictions. */
  @Column('text', { array: true, default: '{}' }) keyColumns!: string[];
  @Column('text') jobId!: string;
  @Column('text', { nullable: true }) outputDatasetVersionId!: string | null;
  @Column('bigint', { transformer: bigintAsNumber, nullable: true }) rows!: number | null;
  /** Those of `rows` that were not scored: a value was missing or did not fit. */
  @Column('bigint', { transformer: bigintAsNumber, nullable: true }) rejected!: number | null;
}
