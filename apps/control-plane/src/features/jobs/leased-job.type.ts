import type { SerializedError } from '@millrace/contracts';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { JobErrorType } from './job.type.ts';

/** A job that was given to the caller. */
@ObjectType('LeasedJob')
export class LeasedJobType {
  @Field(() => ID) jobId!: string;
  @Field(() => ID) workspaceId!: string;
  @Field(() => Int) attempt!: number;
  @Field(() => String) holder!: string;
  @Field(() => String) name!: string;
  @Field(() => JsonScalar) payload!: unknown;
  @Field(() => Int, { description: 'Attempts that were made before the job was run again by hand; 0 where it never was.' })
  retriedAfter!: number;
  @Field(() => Int, { description: 'Which of the attempts of its kind this is, from 1. Attempts whose worker was stopped do not count.' })
  tries!: number;
  @Field(() => JobErrorType, {
    nullable: true,
    description: 'Set where the job is to end, and an earlier attempt may have committed: find the commit and succeed, or abandon it and end with this.',
  })
  settling!: SerializedError | null;
}
