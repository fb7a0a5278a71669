import type { Direction } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Metric } from './metric.entity.ts';
import { UseCase } from './use-case.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** The measurable target of a use case, on one of its metrics. */
@Entity('business_goal')
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
@Unique(['useCaseId'])
@ForeignKey(() => Metric, ['workspaceId', 'metricId'], ['workspaceId', 'id'])
@Index(['metricId'])
export class BusinessGoal extends MutableRow {
  static readonly kind = 'businessGoal';

  @Column('text') useCaseId!: string;
  @Column('text') metricId!: string;
  @Column('text') direction!: Direction;
  @Column('double precision') baseline!: number;
  @Column('double precision') target!: number;
  @Column('text') unit!: string;
  @Column('timestamptz') dueAt!: Date;
}
