import type { ReferenceProfile, Signature } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { bigintAsNumber } from '../bigint-as-number.ts';
import { Model } from './model.entity.ts';
import { TrainingRun } from './training-run.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** One immutable ONNX artifact with everything needed to serve, compare and explain it. */
@Entity('model_version')
@Unique(['modelId', 'version'])
@Index(['workspaceId', 'artifactDigest'])
@ForeignKey(() => Model, ['workspaceId', 'modelId'], ['workspaceId', 'id'])
@ForeignKey(() => TrainingRun, ['workspaceId', 'trainingRunId'], ['workspaceId', 'id'])
@Index(['trainingRunId'])
export class ModelVersion extends WorkspaceRow {
  static readonly kind = 'modelVersion';

  @Column('text') modelId!: string;
  @Column('int') version!: number;
  @Column('text', { nullable: true }) trainingRunId!: string | null;
  @Column('text') artifactDigest!: string;
  @Column('bigint', { transformer: bigintAsNumber }) artifactBytes!: number;
  @Column('jsonb') signature!: Signature;
  @Column('jsonb', { nullable: true }) referenceProfile!: ReferenceProfile | null;
  @Column('double precision') threshold!: number;
  @Column('text') scoreOutput!: string;
  @Column('text') modelCard!: string;
  @Column('jsonb') lineage!: Readonly<Record<string, unknown>>;
}
