import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { Checked } from '../../validation/checked.ts';
import { id } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ endpointId: id, modelVersionId: id }))
export class StartReleaseInput {
  @Field(() => ID) endpointId!: string;
  @Field(() => ID) modelVersionId!: string;
}
