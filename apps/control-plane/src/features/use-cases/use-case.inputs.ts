import { DIRECTIONS, nameSchema, USE_CASE_CLOCKS, type Direction, type UseCaseClock } from '@millrace/contracts';
import { Field, Float, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { DirectionEnum, UseCaseClockEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';
import { id, instant, name, number, prose } from '../../validation/members.ts';

@InputType()
@Checked(
  z.object({
    name,
    problem: prose,
    clock: z
      .enum(USE_CASE_CLOCKS)
      .nullish()
      .transform((clock) => clock ?? 'WALL'),
  }),
)
export class CreateUseCaseInput {
  @Field(() => String) name!: string;
  @Field(() => String) problem!: string;
  @Field(() => UseCaseClockEnum, { nullable: true, defaultValue: 'WALL' }) clock!: UseCaseClock;
}

const goalSchema = z
  .object({ useCaseId: id, metricId: id, direction: z.enum(DIRECTIONS), baseline: number, target: number, unit: nameSchema(50), dueAt: instant })
  .refine(({ direction, baseline, target }) => (direction === 'INCREASE' ? target > baseline : target < baseline), {
    path: ['target'],
    message: 'must lie beyond the baseline in the direction of the goal',
  });

@InputType()
@Checked(goalSchema)
export class SetBusinessGoalInput {
  @Field(() => ID) useCaseId!: string;
  @Field(() => ID) metricId!: string;
  @Field(() => DirectionEnum) direction!: Direction;
  @Field(() => Float) baseline!: number;
  @Field(() => Float) target!: number;
  @Field(() => String) unit!: string;
  @Field(() => DateTimeScalar) dueAt!: Date;
}
