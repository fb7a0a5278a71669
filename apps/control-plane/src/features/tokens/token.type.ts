import type { TokenKind } from '@millrace/contracts';
import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { TokenKindEnum } from '../../schema/enums.ts';

@ObjectType('Token')
export class TokenType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => TokenKindEnum) kind!: TokenKind;
  @Field(() => [String]) scopes!: string[];
  @Field(() => ID, { nullable: true }) nodeId!: string | null;
  @Field(() => ID, { nullable: true }) memberId!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) expiresAt!: Date | null;
  @Field(() => DateTimeScalar, { nullable: true }) lastUsedAt!: Date | null;
  @Field(() => DateTimeScalar, { nullable: true }) revokedAt!: Date | null;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

/** `secret` is shown this once: only its hash is kept. */
@ObjectType('CreatedToken')
export class CreatedTokenType {
  @Field(() => TokenType) token!: TokenType;
  @Field(() => String) secret!: string;
}

@ObjectType('Viewer')
export class ViewerType {
  @Field(() => ID) workspaceId!: string;
  @Field(() => String) workspace!: string;
  @Field(() => ID) tokenId!: string;
  @Field(() => TokenKindEnum) kind!: TokenKind;
  @Field(() => [String]) scopes!: string[];
}

export const TokenConnection = connectionOf('Token', TokenType);
