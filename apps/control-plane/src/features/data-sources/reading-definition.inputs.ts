import { readingColumnSchema, readingDefinitionSchema, type BadValuePolicy, type HeaderPresence, type TextEncoding } from '@millrace/contracts';
import { Field, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { BadValuePolicyEnum, HeaderPresenceEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';

/** A member that a caller sends as null is left out, like one that is not sent. */
export const readingSchema = z.preprocess(
  (given) =>
    typeof given === 'object' && given !== null ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined)) : {},
  readingDefinitionSchema,
);

@InputType()
@Checked(readingColumnSchema)
export class ReadingColumnInput {
  @Field(() => String, { description: 'The name of the column.' }) name!: string;
  @Field(() => String, {
    description:
      'The type that the values are read as: boolean, byte, short, integer, long, float, double, string, date, timestamp, or decimal(precision,scale).',
  })
  type!: string;
}

@InputType({ description: 'How the files of a data source are read. What is left out is found over the whole of them.' })
@Checked(readingSchema)
export class ReadingDefinitionInput {
  @Field(() => String, { nullable: true, description: 'One character between fields. Found where left out.' }) delimiter?: string | undefined;
  @Field(() => String, {
    nullable: true,
    description: 'The character around fields that have delimiters in them; empty where nothing is quoted. A double quote where left out.',
  })
  quote?: string | undefined;
  @Field(() => String, {
    nullable: true,
    description: 'What stands before a quote within a quoted field: the quote itself, or another character. Found where left out.',
  })
  escape?: string | undefined;
  @Field(() => HeaderPresenceEnum, { nullable: true, description: 'Whether the first line has the names of the columns. Found where left out.' }) header?:
    | HeaderPresence
    | undefined;
  @Field(() => [String], { nullable: true, description: 'The names of all columns in order, in place of those in the header.' }) names?: string[] | undefined;
  @Field(() => Int, { nullable: true, description: 'How many lines stand before the table.' }) skipLines?: number | undefined;
  @Field(() => String, { nullable: true, description: 'For example utf-8, utf-16le, latin1 or windows-1252. UTF-8 and UTF-16 are found where left out.' })
  encoding?: TextEncoding | undefined;
  @Field(() => [String], {
    nullable: true,
    description: 'The texts that stand for no value, in every column. Where left out, nothing does, and NA and the like do in columns that are not text.',
  })
  nullTexts?: string[] | undefined;
  @Field(() => String, { nullable: true, description: 'How dates are written, in directives of strptime such as %d/%m/%Y. ISO 8601 where left out.' })
  dateFormat?: string | undefined;
  @Field(() => String, { nullable: true, description: 'How times are written, in directives of strptime. ISO 8601 where left out.' }) timestampFormat?:
    | string
    | undefined;
  @Field(() => String, { nullable: true, description: 'The point or the comma of decimal fractions. The point where left out.' }) decimalSeparator?:
    | '.'
    | ','
    | undefined;
  @Field(() => String, { nullable: true, description: 'What stands between thousands. Nothing where left out.' }) thousandsSeparator?:
    | '.'
    | ','
    | ' '
    | "'"
    | '_'
    | undefined;
  @Field(() => [ReadingColumnInput], { nullable: true, description: 'Declared types of columns. Those of others are found over all their values.' }) columns?:
    | ReadingColumnInput[]
    | undefined;
  @Field(() => BadValuePolicyEnum, {
    nullable: true,
    description: 'What becomes of a value that does not fit the declared type of its column. WIDEN where left out.',
  })
  onBadValue?: BadValuePolicy | undefined;
}
