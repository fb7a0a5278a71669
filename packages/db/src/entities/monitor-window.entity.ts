import type { FeatureDrift, WindowStatus, WindowSummary } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { bigintAsNumber } from '../bigint-as-number.ts';
import type { WindowPerformance } from '../definitions/window-performance.ts';
import { ModelVersion } from './model-version.entity.ts';
import { Monitor } from './monitor.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** One window of event time of one model version: a merged summary, and what was concluded from it. */
@Entity('monitor_window')
@Unique(['monitorId', 'modelVersionId', 'windowStart'])
@Index(['monitorId', 'status', 'windowEnd'])
@ForeignKey(() => Monitor, ['workspaceId', 'monitorId'], ['workspaceId', 'id'])
@ForeignKey(() => ModelVersion, ['workspaceId', 'modelVersionId'], ['workspaceId', 'id'])
@Index(['modelVersionId'])
@Index(['closedAt'])
export class MonitorWindow extends MutableRow {
  static readonly kind = 'monitorWindow';

  @Column('text') monitorId!: string;
  @Column('text') modelVersionId!: string;
  @Column('timestamptz') windowStart!: Date;
  @Column('timestamptz') windowEnd!: Date;
  @Column('text', { default: 'OPEN' }) status!: WindowStatus;
  @Column('jsonb') summary!: WindowSummary;
  @Column('bigint', { transformer: bigintAsNumber }) rows!: number;
  @Column('jsonb', { nullable: true }) drift!: FeatureDrift[] | null;
  @Column('double precision', { nullable: true }) driftShare!: number | null;
  @Column('jsonb', { nullable: true }) performance!: WindowPerformance | null;
  @Column('timestamptz', { nullable: true }) closedAt!: Date | null;
}
