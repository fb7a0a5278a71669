import { SOURCE_FORMATS, type SourceFormat } from '@millrace/contracts';
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { SourceFormatEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';
import { name } from '../../validation/members.ts';

/** Which folders sources may lie in is known to the workers that read them; here only the form is checked. */
const uri = z
  .string()
  .max(2000)
  .refine(
    (text) => (text.startsWith('file:///') || text.startsWith('/')) && !text.includes('\0'),
    'must be an absolute path or a file:// URL, such as file:///data/flights.parquet',
  );

@InputType()
@Checked(z.object({ name, format: z.enum(SOURCE_FORMATS), uri }))
export class CreateDataSourceInput {
  @Field(() => String) name!: string;
  @Field(() => SourceFormatEnum) format!: SourceFormat;
  @Field(() => String) uri!: string;
}
