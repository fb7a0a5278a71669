import { TOKEN_KINDS, type TokenKind } from '@millrace/contracts';
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { SCOPES, type Scope } from '../../authorisation/scopes.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { TokenKindEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';
import { instant, name, optional } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ name, kind: z.enum(TOKEN_KINDS), scopes: z.array(z.enum(SCOPES)).min(1), expiresAt: optional(instant) }))
export class CreateTokenInput {
  @Field(() => String) name!: string;
  @Field(() => TokenKindEnum) kind!: TokenKind;
  @Field(() => [String]) scopes!: Scope[];
  @Field(() => DateTimeScalar, { nullable: true }) expiresAt!: Date | undefined;
}
