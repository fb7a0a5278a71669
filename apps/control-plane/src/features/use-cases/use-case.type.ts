import type { Direction, UseCaseClock, UseCaseStatus } from '@millrace/contracts';
import { Field, Float, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { DirectionEnum, UseCaseClockEnum, UseCaseStatusEnum } from '../../schema/enums.ts';

@ObjectType('UseCase')
export class UseCaseType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => String) problem!: string;
  @Field(() => UseCaseStatusEnum) status!: UseCaseStatus;
  @Field(() => UseCaseClockEnum) clock!: UseCaseClock;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

@ObjectType('BusinessGoal')
export class BusinessGoalType {
  @Field(() => ID) id!: string;
  @Field(() => ID) metricId!: string;
  @Field(() => DirectionEnum) direction!: Direction;
  @Field(() => Float) baseline!: number;
  @Field(() => Float) target!: number;
  @Field(() => String) unit!: string;
  @Field(() => DateTimeScalar) dueAt!: Date;
}

export const UseCaseConnection = connectionOf('UseCase', UseCaseType);
