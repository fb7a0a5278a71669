import { Field, Float, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Observation')
export class ObservationType {
  @Field(() => ID) id!: string;
  @Field(() => ID) metricId!: string;
  @Field(() => DateTimeScalar) observedAt!: Date;
  @Field(() => Float) value!: number;
  @Field(() => String) segment!: string;
  @Field(() => ID, { nullable: true }) modelVersionId!: string | null;
  @Field(() => JsonScalar, { nullable: true }) detail!: unknown;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

export const ObservationConnection = connectionOf('Observation', ObservationType);
