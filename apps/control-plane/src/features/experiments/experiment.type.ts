import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Experiment')
export class ExperimentType {
  @Field(() => ID) id!: string;
  @Field(() => ID) useCaseId!: string;
  @Field(() => String) name!: string;
}

@ObjectType('TrainingMetric')
export class TrainingMetricType {
  @Field(() => String) name!: string;
  @Field(() => Int) step!: number;
  @Field(() => Float) value!: number;
  @Field(() => DateTimeScalar) recordedAt!: Date;
}

@ObjectType('TrainingRun')
export class TrainingRunType {
  @Field(() => ID) id!: string;
  @Field(() => ID) experimentId!: string;
  @Field(() => ID) datasetVersionId!: string;
  @Field(() => JsonScalar) spec!: unknown;
  @Field(() => JsonScalar, { nullable: true }) metrics!: unknown;
  @Field(() => JsonScalar, { nullable: true }) baselineMetrics!: unknown;
  @Field(() => Float, { nullable: true }) threshold!: number | null;
  @Field(() => String, { nullable: true }) artifactDigest!: string | null;
  @Field(() => JsonScalar, { nullable: true }) signature!: unknown;
  @Field(() => String, { nullable: true }) modelCard!: string | null;
}

export const TrainingRunConnection = connectionOf('TrainingRun', TrainingRunType);
