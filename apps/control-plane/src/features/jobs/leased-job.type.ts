import { Field, ID, Int, ObjectType } from 'type-graphql';
import { JsonScalar } from '../../schema/json.scalar.ts';

/** A job that was given to the caller. */
@ObjectType('LeasedJob')
export class LeasedJobType {
  @Field(() => ID) jobId!: string;
  @Field(() => ID) workspaceId!: string;
  @Field(() => Int) attempt!: number;
  @Field(() => String) holder!: string;
  @Field(() => String) name!: string;
  @Field(() => JsonScalar) payload!: unknown;
}
