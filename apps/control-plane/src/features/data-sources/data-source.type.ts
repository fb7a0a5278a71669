import type { ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { SourceFormatEnum } from '../../schema/enums.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('DataSource')
export class DataSourceType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => SourceFormatEnum) format!: SourceFormat;
  @Field(() => String) uri!: string;
  @Field(() => JsonScalar, {
    description: 'How the files are read, as declared by ReadingDefinitionInput. What it leaves out is found over the whole of them.',
  })
  reading!: ReadingDefinition;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

export const DataSourceConnection = connectionOf('DataSource', DataSourceType);
