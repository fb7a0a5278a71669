import type { Direction, MetricSource } from '@millrace/contracts';
import { Field, ID, ObjectType } from 'type-graphql';
import { DirectionEnum, MetricSourceEnum } from '../../schema/enums.ts';

@ObjectType('Metric')
export class MetricType {
  @Field(() => ID) id!: string;
  @Field(() => ID) useCaseId!: string;
  @Field(() => String) name!: string;
  @Field(() => MetricSourceEnum) source!: MetricSource;
  @Field(() => String) unit!: string;
  @Field(() => DirectionEnum) direction!: Direction;
}
