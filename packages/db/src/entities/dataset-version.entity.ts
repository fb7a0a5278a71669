import type { Column as DatasetColumn } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { bigintAsNumber } from '../bigint-as-number.ts';
import type { DatasetLineage } from '../definitions/dataset-lineage.ts';
import { Dataset } from './dataset.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** One committed Delta version of a dataset. Immutable. */
@Entity('dataset_version')
@Unique(['datasetId', 'deltaVersion'])
@ForeignKey(() => Dataset, ['workspaceId', 'datasetId'], ['workspaceId', 'id'])
@ForeignKey('pipeline_run', ['workspaceId', 'pipelineRunId'], ['workspaceId', 'id'])
@Index(['pipelineRunId'])
export class DatasetVersion extends WorkspaceRow {
  static readonly kind = 'datasetVersion';

  @Column('text') datasetId!: string;
  @Column('int') deltaVersion!: number;
  @Column('bigint', { transformer: bigintAsNumber }) rows!: number;
  @Column('bigint', { transformer: bigintAsNumber }) bytes!: number;
  @Column('jsonb') schema!: DatasetColumn[];
  @Column('jsonb', { nullable: true }) profile!: unknown;
  @Column('jsonb') lineage!: DatasetLineage;
  @Column('text', { nullable: true }) pipelineRunId!: string | null;
}
