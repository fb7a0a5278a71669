import type { JobStatus, LogLevel, QueueName, SerializedError } from '@millrace/contracts';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JobStatusEnum, LogLevelEnum, QueueNameEnum } from '../../schema/enums.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('JobError')
export class JobErrorType {
  @Field(() => String) code!: string;
  @Field(() => String) message!: string;
  @Field(() => Boolean) retryable!: boolean;
  @Field(() => JsonScalar) fields!: unknown;
}

@ObjectType('Job')
export class JobType {
  @Field(() => ID) id!: string;
  @Field(() => QueueNameEnum) queue!: QueueName;
  @Field(() => String) name!: string;
  @Field(() => JobStatusEnum) status!: JobStatus;
  @Field(() => Float) progress!: number;
  @Field(() => String, { nullable: true }) note!: string | null;
  @Field(() => Int) attempt!: number;
  @Field(() => JsonScalar, { nullable: true }) result!: unknown;
  @Field(() => JobErrorType, { nullable: true }) error!: SerializedError | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Set while a job on accepted data has failed as often as others may: it is tried again for ever, less and less often.',
  })
  parkedAt!: Date | null;
  @Field(() => DateTimeScalar, { description: 'When the next attempt of a queued job is due.' })
  availableAt!: Date;
  @Field(() => DateTimeScalar) createdAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true }) startedAt!: Date | null;
  @Field(() => DateTimeScalar, { nullable: true }) finishedAt!: Date | null;
}

@ObjectType('JobLogLine')
export class JobLogLineType {
  @Field(() => DateTimeScalar) at!: Date;
  @Field(() => LogLevelEnum) level!: LogLevel;
  @Field(() => String) message!: string;
  @Field(() => JsonScalar) fields!: unknown;
  @Field(() => Int) attempt!: number;
}

export const JobConnection = connectionOf('Job', JobType);
export const JobLogConnection = connectionOf('JobLog', JobLogLineType);
