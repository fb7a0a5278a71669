import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Environment')
export class EnvironmentType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => JsonScalar) policy!: unknown;
  @Field(() => Int) generation!: number;
}

export const EnvironmentConnection = connectionOf('Environment', EnvironmentType);
