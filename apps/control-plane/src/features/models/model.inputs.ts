import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { Checked } from '../../validation/checked.ts';
import { id, slug } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ trainingRunId: id, model: slug }))
export class RegisterModelVersionInput {
  @Field(() => ID) trainingRunId!: string;
  @Field(() => String) model!: string;
}

@InputType()
@Checked(z.object({ model: z.string(), name: slug, version: z.int().min(1) }))
export class SetModelAliasInput {
  @Field(() => String) model!: string;
  @Field(() => String) name!: string;
  @Field(() => Int) version!: number;
}
