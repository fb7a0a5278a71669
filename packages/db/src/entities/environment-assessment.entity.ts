import type { JobStatus, SerializedError } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import type { Measurement } from '../definitions/measurement.ts';
import { Environment } from './environment.entity.ts';
import { ModelVersion } from './model-version.entity.ts';
import { Node } from './node.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** A model version measured on a class of node. A QUEUED one is handed to the nodes with their assignment. */
@Entity('environment_assessment')
@Index(['environmentId', 'status'])
@ForeignKey(() => ModelVersion, ['workspaceId', 'modelVersionId'], ['workspaceId', 'id'])
@Index(['modelVersionId'])
@ForeignKey(() => Environment, ['workspaceId', 'environmentId'], ['workspaceId', 'id'])
@ForeignKey(() => Node, ['workspaceId', 'nodeId'], ['workspaceId', 'id'])
@Index(['nodeId'])
export class EnvironmentAssessment extends MutableRow {
  static readonly kind = 'environmentAssessment';

  @Column('text') modelVersionId!: string;
  @Column('text') environmentId!: string;
  @Column('text', { nullable: true }) nodeId!: string | null;
  @Column('text') nodeClass!: string;
  @Column('text', { default: 'QUEUED' }) status!: JobStatus;
  @Column('jsonb', { nullable: true }) result!: Measurement | null;
  @Column('jsonb', { nullable: true }) error!: SerializedError | null;
}
