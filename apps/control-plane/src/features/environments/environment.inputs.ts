import { environmentPolicySchema, type EnvironmentPolicy } from '@millrace/contracts';
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { slug } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ name: slug, policy: z.preprocess((policy) => policy ?? {}, environmentPolicySchema) }))
export class CreateEnvironmentInput {
  @Field(() => String) name!: string;
  @Field(() => JsonScalar, { nullable: true }) policy!: EnvironmentPolicy;
}
