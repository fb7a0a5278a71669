import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';

@ObjectType('Endpoint')
export class EndpointType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => ID) environmentId!: string;
  @Field(() => ID) useCaseId!: string;
}

/** `weight` in percent. */
@ObjectType('TrafficShare')
export class TrafficShareType {
  @Field(() => ID) modelVersionId!: string;
  @Field(() => Int) version!: number;
  @Field(() => Int) weight!: number;
}

export const EndpointConnection = connectionOf('Endpoint', EndpointType);
