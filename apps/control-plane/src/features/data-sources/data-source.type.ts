import type { SourceFormat } from '@millrace/contracts';
import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { SourceFormatEnum } from '../../schema/enums.ts';
import { ReadingDefinitionType } from './reading-definition.type.ts';

@ObjectType('DataSource')
export class DataSourceType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => SourceFormatEnum) format!: SourceFormat;
  @Field(() => String) uri!: string;
  @Field(() => ReadingDefinitionType, { description: 'How the files are read, as declared. What is null is found over the whole of them.' })
  reading!: ReadingDefinitionType;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

export const DataSourceConnection = connectionOf('DataSource', DataSourceType);
