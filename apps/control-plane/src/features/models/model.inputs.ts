import { servingOptionsSchema, type ServingOptions } from '@millrace/contracts';
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, int, reference, slug } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ trainingRunId: id, model: slug }))
export class RegisterModelVersionInput {
  @Field(() => ID) trainingRunId!: string;
  @Field(() => String) model!: string;
}

@InputType()
@Checked(z.object({ model: reference, name: slug, version: int.min(1) }))
export class SetModelAliasInput {
  @Field(() => String) model!: string;
  @Field(() => String) name!: string;
  @Field(() => Int) version!: number;
}

const servingSchema = servingOptionsSchema.refine(({ requireProvider, providers }) => !requireProvider || providers.length > 0, {
  path: ['providers'],
  message: 'must name the provider that is required',
});

@InputType()
@Checked(z.object({ model: reference, options: servingSchema }))
export class ConfigureServingInput {
  @Field(() => String) model!: string;
  @Field(() => JsonScalar) options!: ServingOptions;
}
