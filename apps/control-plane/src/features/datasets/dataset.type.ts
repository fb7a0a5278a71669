import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Dataset')
export class DatasetType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => JsonScalar) schema!: unknown;
  @Field(() => [String]) partitionBy!: string[];
}

@ObjectType('DatasetVersion')
export class DatasetVersionType {
  @Field(() => ID) id!: string;
  @Field(() => ID) datasetId!: string;
  @Field(() => Int) deltaVersion!: number;
  @Field(() => Float) rows!: number;
  @Field(() => Float) bytes!: number;
  @Field(() => JsonScalar) schema!: unknown;
  @Field(() => JsonScalar, { nullable: true }) profile!: unknown;
  @Field(() => JsonScalar) lineage!: unknown;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

export const DatasetConnection = connectionOf('Dataset', DatasetType);
export const DatasetVersionConnection = connectionOf('DatasetVersion', DatasetVersionType);
