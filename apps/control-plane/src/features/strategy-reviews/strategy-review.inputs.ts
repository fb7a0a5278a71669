import { REVIEW_DECISIONS, type ReviewDecision } from '@millrace/contracts';
import { CreateMilestoneInput, createMilestoneSchema } from '#features/milestones';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { ReviewDecisionEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';
import { id, optional, prose } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ useCaseId: id, reason: prose }))
export class OpenStrategyReviewInput {
  @Field(() => ID) useCaseId!: string;
  @Field(() => String) reason!: string;
}

const decideSchema = z
  .object({ id, decision: z.enum(REVIEW_DECISIONS), note: prose, milestones: optional(z.array(createMilestoneSchema).max(50)) })
  .refine(({ decision, milestones }) => decision !== 'ADJUST' || (milestones ?? []).length > 0, {
    path: ['milestones'],
    message: 'ADJUST needs at least one new milestone',
  })
  .refine(({ decision, milestones }) => decision === 'ADJUST' || (milestones ?? []).length === 0, {
    path: ['milestones'],
    message: 'only ADJUST takes new milestones',
  });

@InputType()
@Checked(decideSchema)
export class DecideStrategyReviewInput {
  @Field(() => ID) id!: string;
  @Field(() => ReviewDecisionEnum) decision!: ReviewDecision;
  @Field(() => String) note!: string;
  @Field(() => [CreateMilestoneInput], { nullable: true }) milestones!: CreateMilestoneInput[] | undefined;
}
