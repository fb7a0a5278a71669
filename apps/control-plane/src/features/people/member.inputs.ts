import { ROLES, type Role } from '@millrace/contracts';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { RoleEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';
import { id, name } from '../../validation/members.ts';

const roles = z
  .array(z.enum(ROLES))
  .min(1)
  .max(ROLES.length)
  .transform((given) => ROLES.filter((role) => given.includes(role)));

@InputType()
@Checked(z.object({ email: z.string().max(254).trim().toLowerCase().pipe(z.email().max(254)), name, roles }))
export class CreateMemberInput {
  @Field(() => String) email!: string;
  @Field(() => String) name!: string;
  @Field(() => [RoleEnum]) roles!: Role[];
}

@InputType()
@Checked(z.object({ id, roles }))
export class SetMemberRolesInput {
  @Field(() => ID) id!: string;
  @Field(() => [RoleEnum]) roles!: Role[];
}
