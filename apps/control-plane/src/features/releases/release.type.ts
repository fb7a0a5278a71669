import type { ReleaseDecision, ReleaseStatus, StepStatus } from '@millrace/contracts';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { ReleaseDecisionEnum, ReleaseStatusEnum, StepStatusEnum } from '../../schema/enums.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('DecidedRelease', { description: 'What a person decided about a release in its canary.' })
export class DecidedReleaseType {
  @Field(() => ReleaseDecisionEnum) decision!: ReleaseDecision;
  @Field(() => String) reason!: string;
  @Field(() => String, { description: 'An instant, ISO 8601.' }) decidedAt!: string;
}

@ObjectType('Release')
export class ReleaseType {
  @Field(() => ID) id!: string;
  @Field(() => ID) endpointId!: string;
  @Field(() => ID) environmentId!: string;
  @Field(() => ID) modelVersionId!: string;
  @Field(() => ReleaseStatusEnum) status!: ReleaseStatus;
  @Field(() => String, { nullable: true }) reason!: string | null;
  @Field(() => DecidedReleaseType, { nullable: true, description: 'What a person decided while it was in its canary; null: nobody did.' })
  decision!: DecidedReleaseType | null;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

@ObjectType('ReleaseStep')
export class ReleaseStepType {
  @Field(() => ID) id!: string;
  @Field(() => Int) sequence!: number;
  @Field(() => String) kind!: string;
  @Field(() => StepStatusEnum) status!: StepStatus;
  @Field(() => JsonScalar) evidence!: unknown;
  @Field(() => DateTimeScalar) startedAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true }) finishedAt!: Date | null;
}

export const ReleaseConnection = connectionOf('Release', ReleaseType);
