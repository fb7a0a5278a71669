import { pipelineDefinitionSchema, type PipelineDefinition } from '@millrace/contracts';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, instant, name, optional } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ name, useCaseId: optional(id), definition: pipelineDefinitionSchema }))
export class CreatePipelineInput {
  @Field(() => String) name!: string;
  @Field(() => ID, { nullable: true }) useCaseId!: string | undefined;
  @Field(() => JsonScalar) definition!: PipelineDefinition;
}

const intervalSchema = z
  .object({ start: instant, end: instant })
  .refine(({ start, end }) => start < end, { path: ['end'], message: 'must be after the start' });

@InputType()
@Checked(intervalSchema)
export class IntervalInput {
  @Field(() => DateTimeScalar) start!: Date;
  @Field(() => DateTimeScalar) end!: Date;
}

@InputType()
@Checked(z.object({ pipelineId: id, intervals: z.array(intervalSchema).min(1).max(200) }))
export class StartPipelineRunsInput {
  @Field(() => ID) pipelineId!: string;
  @Field(() => [IntervalInput]) intervals!: IntervalInput[];
}
