import { foreignReadingMembers, SOURCE_FORMATS, type SourceFormat } from '@millrace/contracts';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { SourceFormatEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';
import { id, name } from '../../validation/members.ts';
import { ReadingDefinitionInput, readingSchema } from './reading-definition.inputs.ts';

/** Which folders sources may lie in is known to the workers that read them; here only the form is checked. */
const uri = z
  .string()
  .max(2000)
  .refine(
    (text) => (text.startsWith('file:///') || text.startsWith('/')) && !text.includes('\0'),
    'must be an absolute path or a file:// URL, such as file:///data/flights.parquet',
  );

const createSchema = z.object({ name, format: z.enum(SOURCE_FORMATS), uri, reading: readingSchema }).superRefine(({ format, reading: given }, context) => {
  for (const member of foreignReadingMembers(format, given))
    context.addIssue({ code: 'custom', path: ['reading', member], message: `has no meaning for ${format} files` });
});

@InputType()
@Checked(createSchema)
export class CreateDataSourceInput {
  @Field(() => String) name!: string;
  @Field(() => SourceFormatEnum) format!: SourceFormat;
  @Field(() => String) uri!: string;
  @Field(() => ReadingDefinitionInput, { nullable: true, description: 'How the files are read. What is left out is found over the whole of them.' })
  reading!: ReadingDefinitionInput;
}

@InputType()
@Checked(z.object({ dataSourceId: id, reading: readingSchema }))
export class SetReadingDefinitionInput {
  @Field(() => ID) dataSourceId!: string;
  @Field(() => ReadingDefinitionInput, { description: 'Takes the place of the whole definition.' }) reading!: ReadingDefinitionInput;
}
