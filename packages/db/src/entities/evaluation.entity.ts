import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { DatasetVersion } from './dataset-version.entity.ts';
import { ModelVersion } from './model-version.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** Metrics of a model version on a dataset version, beside those of the trivial baseline. */
@Entity('evaluation')
@ForeignKey(() => ModelVersion, ['workspaceId', 'modelVersionId'], ['workspaceId', 'id'])
@Index(['modelVersionId'])
@ForeignKey(() => DatasetVersion, ['workspaceId', 'datasetVersionId'], ['workspaceId', 'id'])
@Index(['datasetVersionId'])
export class Evaluation extends WorkspaceRow {
  static readonly kind = 'evaluation';

  @Column('text') modelVersionId!: string;
  @Column('text') datasetVersionId!: string;
  @Column('text') split!: string;
  @Column('jsonb') metrics!: Readonly<Record<string, number>>;
  @Column('jsonb') baselineMetrics!: Readonly<Record<string, number>>;
}
