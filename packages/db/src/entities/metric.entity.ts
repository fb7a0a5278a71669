import type { Direction, MetricSource } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Unique } from 'typeorm';
import { UseCase } from './use-case.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** A named time series that belongs to a use case. */
@Entity('metric')
@Unique(['useCaseId', 'name'])
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
export class Metric extends WorkspaceRow {
  static readonly kind = 'metric';

  @Column('text') useCaseId!: string;
  @Column('text') name!: string;
  @Column('text') source!: MetricSource;
  @Column('text') unit!: string;
  @Column('text') direction!: Direction;
  @Column('text', { nullable: true }) description!: string | null;
}
