import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Pipeline')
export class PipelineType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => Int) version!: number;
  @Field(() => JsonScalar) definition!: unknown;
}

@ObjectType('PipelineRun')
export class PipelineRunType {
  @Field(() => ID) id!: string;
  @Field(() => ID) pipelineId!: string;
  @Field(() => DateTimeScalar) intervalStart!: Date;
  @Field(() => DateTimeScalar) intervalEnd!: Date;
  @Field(() => ID, { nullable: true }) datasetVersionId!: string | null;
  @Field(() => Float, { nullable: true }) rowsLoaded!: number | null;
  @Field(() => Float, { nullable: true }) rowsQuarantined!: number | null;
  @Field(() => JsonScalar, { nullable: true }) expectations!: unknown;
}

export const PipelineConnection = connectionOf('Pipeline', PipelineType);
export const PipelineRunConnection = connectionOf('PipelineRun', PipelineRunType);
