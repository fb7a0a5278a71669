import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { Checked } from '../../validation/checked.ts';
import { name } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ name }))
export class CreateWorkspaceInput {
  @Field(() => String) name!: string;
}
