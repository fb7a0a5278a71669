import type { Comparator, MilestoneStatus } from '@millrace/contracts';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { ComparatorEnum, MilestoneStatusEnum } from '../../schema/enums.ts';

@ObjectType('MilestoneForecast', { description: 'Where a metric will be at the due date, as far as one can tell.' })
export class MilestoneForecastType {
  @Field(() => Float, { description: 'The median.' }) value!: number;
  @Field(() => Float, { description: 'With a probability of `level` the observation lies between `lower` and `upper`.' }) lower!: number;
  @Field(() => Float) upper!: number;
  @Field(() => Float) level!: number;
  @Field(() => Float, { description: 'That the criterion is met in time.' }) probability!: number;
}

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
  @Field(() => MilestoneForecastType, { nullable: true, description: 'Null while there is too little to tell from, and once the milestone is met or missed.' })
  forecast!: MilestoneForecastType | null;
}
