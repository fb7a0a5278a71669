import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { Checked } from '../../validation/checked.ts';
import { id, slug } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ name: slug, environment: z.string(), useCaseId: id }))
export class CreateEndpointInput {
  @Field(() => String) name!: string;
  @Field(() => String) environment!: string;
  @Field(() => ID) useCaseId!: string;
}
