import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { bigintAsNumber } from '../bigint-as-number.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Job } from './job.entity.ts';
import { Pipeline } from './pipeline.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** One execution of a pipeline for one interval. `sequence` counts the runs of that interval: it is the Delta transaction version. */
@Entity('pipeline_run')
@Unique(['pipelineId', 'intervalStart', 'intervalEnd', 'sequence'])
@ForeignKey(() => Pipeline, ['workspaceId', 'pipelineId'], ['workspaceId', 'id'])
@ForeignKey(() => Job, ['workspaceId', 'jobId'], ['workspaceId', 'id'])
@Index(['jobId'])
@ForeignKey(() => DatasetVersion, ['workspaceId', 'datasetVersionId'], ['workspaceId', 'id'])
@Index(['datasetVersionId'])
export class PipelineRun extends WorkspaceRow {
  static readonly kind = 'pipelineRun';

  @Column('text') pipelineId!: string;
  @Column('timestamptz') intervalStart!: Date;
  @Column('timestamptz') intervalEnd!: Date;
  @Column('int', { default: 1 }) sequence!: number;
  @Column('text') jobId!: string;
  @Column('text', { nullable: true }) datasetVersionId!: string | null;
  @Column('bigint', { transformer: bigintAsNumber, nullable: true }) rowsLoaded!: number | null;
  @Column('bigint', { transformer: bigintAsNumber, nullable: true }) rowsQuarantined!: number | null;
  @Column('jsonb', { nullable: true }) expectations!: unknown;
}
