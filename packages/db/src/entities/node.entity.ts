import type { NodeStatus, VersionState } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Environment } from './environment.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** An inference worker that has registered with an environment. */
@Entity('node')
@Unique(['workspaceId', 'name'])
@ForeignKey(() => Environment, ['workspaceId', 'environmentId'], ['workspaceId', 'id'])
@Index(['environmentId'])
export class Node extends MutableRow {
  static readonly kind = 'node';

  @Column('text') name!: string;
  @Column('text') environmentId!: string;
  @Column('text') url!: string;
  @Column('jsonb') executionProviders!: string[];
  @Column('jsonb') hardware!: Readonly<Record<string, unknown>>;
  @Column('text') nodeClass!: string;
  @Column('text', { default: 'READY' }) status!: NodeStatus;
  @Column('timestamptz', { default: () => 'now()' }) lastSeenAt!: Date;
  @Column('int', { default: 0 }) servedGeneration!: number;
  @Column('jsonb', { default: () => "'[]'" }) versionStates!: VersionState[];
  @Column('jsonb', { default: () => "'{}'" }) stats!: Readonly<Record<string, unknown>>;
}
