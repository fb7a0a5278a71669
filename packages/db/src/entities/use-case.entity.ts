import type { UseCaseClock, UseCaseStatus } from '@millrace/contracts';
import { Column, Entity, Unique } from 'typeorm';
import { MutableRow } from './mutable-row.ts';

/** A business problem where a model may add value. `statusBeforeReview` is where it returns when its last open review is decided. */
@Entity('use_case')
@Unique(['workspaceId', 'name'])
export class UseCase extends MutableRow {
  static readonly kind = 'useCase';

  @Column('text') name!: string;
  @Column('text') problem!: string;
  @Column('text', { default: 'PROPOSED' }) status!: UseCaseStatus;
  @Column('text', { nullable: true }) statusBeforeReview!: UseCaseStatus | null;
  @Column('text', { default: 'WALL' }) clock!: UseCaseClock;
}
