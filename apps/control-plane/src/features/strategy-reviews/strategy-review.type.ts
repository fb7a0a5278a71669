import type { ReviewDecision, ReviewStatus } from '@millrace/contracts';
import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { ReviewDecisionEnum, ReviewStatusEnum } from '../../schema/enums.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('StrategyReview')
export class StrategyReviewType {
  @Field(() => ID) id!: string;
  @Field(() => ID) useCaseId!: string;
  @Field(() => ID, { nullable: true }) milestoneId!: string | null;
  @Field(() => ReviewStatusEnum) status!: ReviewStatus;
  @Field(() => String) reason!: string;
  @Field(() => JsonScalar) evidence!: unknown;
  @Field(() => ReviewDecisionEnum, { nullable: true }) decision!: ReviewDecision | null;
  @Field(() => String, { nullable: true }) decisionNote!: string | null;
  @Field(() => DateTimeScalar) openedAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true }) decidedAt!: Date | null;
}
