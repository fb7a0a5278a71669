import { TOKEN_KINDS, type TokenKind } from '@millrace/contracts';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { mayPredict, SCOPES, type Scope } from '../../authorisation/scopes.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { TokenKindEnum } from '../../schema/enums.ts';
import { Checked } from '../../validation/checked.ts';
import { id, instant, name, optional, reference } from '../../validation/members.ts';

const tokenSchema = z
  .object({
    name,
    kind: z.enum(TOKEN_KINDS),
    scopes: z.array(z.enum(SCOPES)).min(1).max(20),
    expiresAt: optional(instant),
    endpoints: optional(z.array(reference).min(1).max(1000)),
    nodeId: optional(id),
    memberId: optional(id),
  })
  .refine(({ endpoints, scopes }) => endpoints === undefined || (mayPredict(scopes) && !scopes.includes('admin')), {
    path: ['endpoints'],
    message: 'is only for tokens with the scope predict and without admin, which may do everything',
  })
  .refine(({ memberId, kind }) => (memberId !== undefined) === (kind === 'MEMBER'), {
    path: ['memberId'],
    message: 'is for tokens of kind MEMBER, which need it',
  })
  .refine(({ nodeId, kind }) => nodeId === undefined || kind === 'NODE', { path: ['nodeId'], message: 'is only for tokens of kind NODE' });

@InputType()
@Checked(tokenSchema)
export class CreateTokenInput {
  @Field(() => String) name!: string;
  @Field(() => TokenKindEnum) kind!: TokenKind;
  @Field(() => [String]) scopes!: Scope[];
  @Field(() => DateTimeScalar, { nullable: true }) expiresAt!: Date | undefined;
  /** The endpoints that it may predict on. Left out: all of the workspace, those that come later too. */
  @Field(() => [String], { nullable: true }) endpoints!: string[] | undefined;
  /** The one node that it speaks for. Left out: the first that it registers. */
  @Field(() => ID, { nullable: true }) nodeId!: string | undefined;
  /** Whose it is, for tokens of kind `MEMBER`. Their roles say which scopes it may have. */
  @Field(() => ID, { nullable: true }) memberId!: string | undefined;
}
