import type { Role } from '@millrace/contracts';
import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { RoleEnum } from '../../schema/enums.ts';

@ObjectType('Member')
export class MemberType {
  @Field(() => ID) id!: string;
  @Field(() => String) email!: string;
  @Field(() => String) name!: string;
  @Field(() => [RoleEnum]) roles!: Role[];
  @Field(() => DateTimeScalar) createdAt!: Date;
}

export const MemberConnection = connectionOf('Member', MemberType);
