import type { BadValuePolicy, HeaderPresence, TextEncoding } from '@millrace/contracts';
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { BadValuePolicyEnum, HeaderPresenceEnum } from '../../schema/enums.ts';

const TEXTS = {
  definition: 'How the files of a data source are read. What is left out is found over the whole of them.',
  type: 'The type that the values are read as: boolean, byte, short, integer, long, float, double, string, date, timestamp, or decimal(precision,scale).',
  delimiter: 'One character between fields. Found where left out.',
  quote: 'The character around fields that have delimiters in them; empty where nothing is quoted. A double quote where left out.',
  escape: 'What stands before a quote within a quoted field: the quote itself, or another character. Found where left out.',
  header: 'Whether the first line has the names of the columns. Found where left out.',
  names: 'The names of all columns in order, in place of those in the header.',
  skipLines: 'How many lines stand before the table.',
  encoding: 'For example utf-8, utf-16le, latin1 or windows-1252. UTF-8 and UTF-16 are found where left out.',
  nullTexts: 'The texts that stand for no value, in every column. Where left out, nothing does, and NA and the like do in columns that are not text.',
  dateFormat: 'How dates are written, in directives of strptime such as %d/%m/%Y. ISO 8601 where left out.',
  timestampFormat: 'How times are written, in directives of strptime. ISO 8601 where left out.',
  decimalSeparator: 'The point or the comma of decimal fractions. The point where left out.',
  thousandsSeparator: 'What stands between thousands. Nothing where left out.',
  columns: 'Declared types of columns. Those of others are found over all their values.',
  onBadValue: 'What becomes of a value that does not fit the declared type of its column. WIDEN where left out.',
} as const;

@ObjectType('ReadingColumn')
@InputType('ReadingColumnInput')
export class ReadingColumn {
  @Field(() => String, { description: 'The name of the column.' }) name!: string;
  @Field(() => String, { description: TEXTS.type }) type!: string;
}

/** What goes in comes out: one class is the input type and the output type. */
@ObjectType('ReadingDefinition', { description: TEXTS.definition })
@InputType('ReadingDefinitionInput', { description: TEXTS.definition })
export class ReadingDefinitionType {
  @Field(() => String, { nullable: true, description: TEXTS.delimiter }) delimiter?: string | undefined;
  @Field(() => String, { nullable: true, description: TEXTS.quote }) quote?: string | undefined;
  @Field(() => String, { nullable: true, description: TEXTS.escape }) escape?: string | undefined;
  @Field(() => HeaderPresenceEnum, { nullable: true, description: TEXTS.header }) header?: HeaderPresence | undefined;
  @Field(() => [String], { nullable: true, description: TEXTS.names }) names?: string[] | undefined;
  @Field(() => Int, { nullable: true, description: TEXTS.skipLines }) skipLines?: number | undefined;
  @Field(() => String, { nullable: true, description: TEXTS.encoding }) encoding?: TextEncoding | undefined;
  @Field(() => [String], { nullable: true, description: TEXTS.nullTexts }) nullTexts?: string[] | undefined;
  @Field(() => String, { nullable: true, description: TEXTS.dateFormat }) dateFormat?: string | undefined;
  @Field(() => String, { nullable: true, description: TEXTS.timestampFormat }) timestampFormat?: string | undefined;
  @Field(() => String, { nullable: true, description: TEXTS.decimalSeparator }) decimalSeparator?: '.' | ',' | undefined;
  @Field(() => String, { nullable: true, description: TEXTS.thousandsSeparator }) thousandsSeparator?: '.' | ',' | ' ' | "'" | '_' | undefined;
  @Field(() => [ReadingColumn], { nullable: true, description: TEXTS.columns }) columns?: ReadingColumn[] | undefined;
  @Field(() => BadValuePolicyEnum, { nullable: true, description: TEXTS.onBadValue }) onBadValue?: BadValuePolicy | undefined;
}
