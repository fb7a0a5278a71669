import type { ReviewDecision, ReviewStatus } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { Milestone } from './milestone.entity.ts';
import { Token } from './token.entity.ts';
import { UseCase } from './use-case.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** The question whether a use case goes on as planned, with its evidence and, at the end, a recorded decision. */
@Entity('strategy_review')
@Index(['milestoneId'], { unique: true, where: "status = 'OPEN' AND milestone_id IS NOT NULL" })
@Index(['milestoneId'])
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
@Index(['useCaseId'])
@ForeignKey(() => Milestone, ['workspaceId', 'milestoneId'], ['workspaceId', 'id'])
@ForeignKey(() => Token, ['workspaceId', 'decidedBy'], ['workspaceId', 'id'])
@Index(['decidedBy'])
export class StrategyReview extends WorkspaceRow {
  static readonly kind = 'strategyReview';

  @Column('text') useCaseId!: string;
  @Column('text', { nullable: true }) milestoneId!: string | null;
  @Column('text', { default: 'OPEN' }) status!: ReviewStatus;
  @Column('text') reason!: string;
  @Column('jsonb') evidence!: Readonly<Record<string, unknown>>;
  @Column('text', { nullable: true }) decision!: ReviewDecision | null;
  @Column('text', { nullable: true }) decisionNote!: string | null;
  @Column('text', { nullable: true }) decidedBy!: string | null;
  @Column('timestamptz', { default: () => 'now()' }) openedAt!: Date;
  @Column('timestamptz', { nullable: true }) decidedAt!: Date | null;
}
