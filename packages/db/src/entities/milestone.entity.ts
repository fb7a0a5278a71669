import type { Comparator, MilestoneStatus } from '@millrace/contracts';
import type { Forecast } from '@millrace/domain';
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { Metric } from './metric.entity.ts';
import { UseCase } from './use-case.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** A dated criterion on a metric. `retiredAt` is set when a strategy review replaced it. */
@Entity('milestone')
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
@Index(['useCaseId'])
@ForeignKey(() => Metric, ['workspaceId', 'metricId'], ['workspaceId', 'id'])
@Index(['metricId'])
export class Milestone extends MutableRow {
  static readonly kind = 'milestone';

  @Column('text') useCaseId!: string;
  @Column('text') metricId!: string;
  @Column('text') name!: string;
  @Column('text') comparator!: Comparator;
  @Column('double precision') threshold!: number;
  @Column('timestamptz') dueAt!: Date;
  @Column('int', { default: 1 }) consecutiveWindows!: number;
  @Column('text', { default: 'PENDING' }) status!: MilestoneStatus;
  @Column('text', { default: '' }) reason!: string;
  @Column('jsonb', { nullable: true }) forecast!: Forecast | null;
  @Column('timestamptz', { nullable: true }) decidedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) retiredAt!: Date | null;
}
