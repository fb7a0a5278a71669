import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { Metric } from './metric.entity.ts';
import { ModelVersion } from './model-version.entity.ts';
import { MonitorWindow } from './monitor-window.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** One value of a metric at a time. Never changed: a newer row for the same time, segment and model version takes its place. */
@Entity('observation')
@Index(['metricId', 'observedAt', 'segment', 'modelVersionId'])
@ForeignKey(() => Metric, ['workspaceId', 'metricId'], ['workspaceId', 'id'])
@ForeignKey(() => ModelVersion, ['workspaceId', 'modelVersionId'], ['workspaceId', 'id'])
@Index(['modelVersionId'])
@ForeignKey(() => MonitorWindow, ['workspaceId', 'windowId'], ['workspaceId', 'id'])
@Index(['windowId'])
@Index(['createdAt'], { where: 'supersedes IS NOT NULL' })
export class Observation extends WorkspaceRow {
  static readonly kind = 'observation';

  @Column('text') metricId!: string;
  @Column('timestamptz') observedAt!: Date;
  @Column('double precision') value!: number;
  @Column('text', { default: '' }) segment!: string;
  @Column('text', { nullable: true }) modelVersionId!: string | null;
  @Column('text', { nullable: true }) windowId!: string | null;
  @Column('text', { nullable: true }) supersedes!: string | null;
  @Column('jsonb', { nullable: true }) detail!: Readonly<Record<string, unknown>> | null;
}
