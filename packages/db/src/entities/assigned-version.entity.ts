import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Environment } from './environment.entity.ts';
import { ModelVersion } from './model-version.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** A model version that the nodes of an environment must hold although it may have no traffic yet. */
@Entity('assigned_version')
@Unique(['environmentId', 'modelVersionId', 'reason'])
@ForeignKey(() => Environment, ['workspaceId', 'environmentId'], ['workspaceId', 'id'])
@ForeignKey(() => ModelVersion, ['workspaceId', 'modelVersionId'], ['workspaceId', 'id'])
@Index(['modelVersionId'])
export class AssignedVersion extends WorkspaceRow {
  static readonly kind = 'assignedVersion';

  @Column('text') environmentId!: string;
  @Column('text') modelVersionId!: string;
  @Column('text') reason!: 'TRAFFIC' | 'RELEASE';
}
