import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Model')
export class ModelType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => ID) useCaseId!: string;
}

@ObjectType('ModelAlias')
export class ModelAliasType {
  @Field(() => String) name!: string;
  @Field(() => ID) modelVersionId!: string;
}

@ObjectType('ModelVersion')
export class ModelVersionType {
  @Field(() => ID) id!: string;
  @Field(() => ID) modelId!: string;
  @Field(() => Int) version!: number;
  @Field(() => String) artifactDigest!: string;
  @Field(() => Float) artifactBytes!: number;
  @Field(() => JsonScalar) signature!: unknown;
  @Field(() => Float) threshold!: number;
  @Field(() => String) modelCard!: string;
  @Field(() => JsonScalar) lineage!: unknown;
  @Field(() => ID, { nullable: true }) trainingRunId!: string | null;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

@ObjectType('Evaluation')
export class EvaluationType {
  @Field(() => ID) id!: string;
  @Field(() => ID) modelVersionId!: string;
  @Field(() => ID) datasetVersionId!: string;
  @Field(() => String) split!: string;
  @Field(() => JsonScalar) metrics!: unknown;
  @Field(() => JsonScalar) baselineMetrics!: unknown;
}

export const ModelConnection = connectionOf('Model', ModelType);
export const ModelVersionConnection = connectionOf('ModelVersion', ModelVersionType);
