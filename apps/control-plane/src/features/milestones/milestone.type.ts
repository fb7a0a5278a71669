import type { Comparator, MilestoneStatus } from '@millrace/contracts';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { ComparatorEnum, MilestoneStatusEnum } from '../../schema/enums.ts';

@ObjectType('Milestone')
export class MilestoneType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => ID) metricId!: string;
  @Field(() => ComparatorEnum) comparator!: Comparator;
  @Field(() => Float) threshold!: number;
  @Field(() => DateTimeScalar) dueAt!: Date;
  @Field(() => Int) consecutiveWindows!: number;
  @Field(() => MilestoneStatusEnum) status!: MilestoneStatus;
  @Field(() => String) reason!: string;
  @Field(() => Float, { nullable: true }) forecast!: number | null;
}
