import { COMPARATORS, type Comparator } from '@millrace/contracts';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { ComparatorEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';
import { id, instant, name, number } from '../../validation/members.ts';

export const createMilestoneSchema = z.object({
  useCaseId: id,
  metricId: id,
  name,
  comparator: z.enum(COMPARATORS),
  threshold: number,
  dueAt: instant,
  consecutiveWindows: z
    .int()
    .min(1)
    .max(1000)
    .nullish()
    .transform((windows) => windows ?? 1),
});

@InputType()
@Checked(createMilestoneSchema)
export class CreateMilestoneInput {
  @Field(() => ID) useCaseId!: string;
  @Field(() => ID) metricId!: string;
  @Field(() => String) name!: string;
  @Field(() => ComparatorEnum) comparator!: Comparator;
  @Field(() => Float) threshold!: number;
  @Field(() => DateTimeScalar) dueAt!: Date;
  @Field(() => Int, { nullable: true, defaultValue: 1 }) consecutiveWindows!: number;
}
