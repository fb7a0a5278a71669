import type { SourceFormat } from '@millrace/contracts';
import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { SourceFormatEnum } from '../../schema/enums.ts';

@ObjectType('DataSource')
export class DataSourceType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => SourceFormatEnum) format!: SourceFormat;
  @Field(() => String) uri!: string;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

export const DataSourceConnection = connectionOf('DataSource', DataSourceType);
