import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Endpoint')
export class EndpointType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => ID) environmentId!: string;
  @Field(() => ID) useCaseId!: string;
  /** The sequence of endpoints that answers in its place; null: it has traffic of its own. */
  @Field(() => JsonScalar, { nullable: true }) ensemble!: unknown;
}

/** `weight` in percent. */
@ObjectType('TrafficShare')
export class TrafficShareType {
  @Field(() => ID) modelVersionId!: string;
  @Field(() => Int) version!: number;
  @Field(() => Int) weight!: number;
}

/** A version that gets copies of `share` percent of the requests. Its answers are compared, and never sent. */
@ObjectType('Shadow')
export class ShadowType {
  @Field(() => ID) modelVersionId!: string;
  @Field(() => Int) version!: number;
  @Field(() => Int) share!: number;
}

export const EndpointConnection = connectionOf('Endpoint', EndpointType);
