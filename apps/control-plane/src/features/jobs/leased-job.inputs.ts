import { LOG_LEVELS, serializedErrorSchema, type LogLevel, type SerializedError } from '@millrace/contracts';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { LogLevelEnum } from '../../schema/enums.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, instant, int, optional, record, reference } from '../../validation/members.ts';

const holder = z.string().min(1).max(200);
const leaseSeconds = z.number().min(1).max(3600);

/** The right to work on a job: whoever holds it writes with its attempt number, and an older attempt cannot write any more. */
export const leaseSchema = z.object({ jobId: id, attempt: int.min(1), holder });

@InputType()
@Checked(leaseSchema)
export class LeaseInput {
  @Field(() => ID) jobId!: string;
  @Field(() => Int) attempt!: number;
  @Field(() => String) holder!: string;
}

@InputType()
@Checked(z.object({ jobId: id, holder, leaseSeconds, environment: optional(reference) }))
export class LeaseJobInput {
  @Field(() => ID) jobId!: string;
  @Field(() => String) holder!: string;
  @Field(() => Float) leaseSeconds!: number;
  /** Where the caller runs. A job that is meant for another environment is not given to it. */
  @Field(() => String, { nullable: true }) environment!: string | undefined;
}

@InputType()
@Checked(z.object({ lease: leaseSchema, leaseSeconds, progress: z.number().min(0).max(1), note: optional(z.string().max(2000)) }))
export class RenewJobInput {
  @Field(() => LeaseInput) lease!: LeaseInput;
  @Field(() => Float) leaseSeconds!: number;
  @Field(() => Float) progress!: number;
  @Field(() => String, { nullable: true }) note!: string | undefined;
}

@InputType()
@Checked(z.object({ lease: leaseSchema, result: z.unknown() }))
export class SucceedJobInput {
  @Field(() => LeaseInput) lease!: LeaseInput;
  @Field(() => JsonScalar) result!: unknown;
}

@InputType()
@Checked(z.object({ lease: leaseSchema, error: serializedErrorSchema, retryInSeconds: optional(z.number().min(0).max(86_400)) }))
export class FailJobInput {
  @Field(() => LeaseInput) lease!: LeaseInput;
  @Field(() => JsonScalar) error!: SerializedError;
  /** Left out: it has failed for good. */
  @Field(() => Float, { nullable: true }) retryInSeconds!: number | undefined;
}

const lineSchema = z.object({ at: instant, level: z.enum(LOG_LEVELS), message: z.string().max(10_000), fields: record });

@InputType()
@Checked(lineSchema)
export class JobLogLineInput {
  @Field(() => DateTimeScalar) at!: Date;
  @Field(() => LogLevelEnum) level!: LogLevel;
  @Field(() => String) message!: string;
  @Field(() => JsonScalar) fields!: Record<string, unknown>;
}

@InputType()
@Checked(z.object({ lease: leaseSchema, lines: z.array(lineSchema).max(1000) }))
export class AppendJobLogInput {
  @Field(() => LeaseInput) lease!: LeaseInput;
  @Field(() => [JobLogLineInput]) lines!: JobLogLineInput[];
}
