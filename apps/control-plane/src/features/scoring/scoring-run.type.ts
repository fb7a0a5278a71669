import { Field, Float, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';

@ObjectType('ScoringRun')
export class ScoringRunType {
  @Field(() => ID) id!: string;
  @Field(() => ID) modelVersionId!: string;
  @Field(() => ID) datasetVersionId!: string;
  @Field(() => ID) outputDatasetId!: string;
  @Field(() => ID, { nullable: true }) environmentId!: string | null;
  @Field(() => [String]) keyColumns!: string[];
  @Field(() => ID, { nullable: true }) outputDatasetVersionId!: string | null;
  @Field(() => Float, { nullable: true }) rows!: number | null;
  /** Those of `rows` that were not scored: a value was missing or did not fit. */
  @Field(() => Float, { nullable: true }) rejected!: number | null;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

export const ScoringRunConnection = connectionOf('ScoringRun', ScoringRunType);
