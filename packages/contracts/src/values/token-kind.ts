import type { MemberOf } from './closed-set.ts';

/** Whom a token belongs to. */
export const TOKEN_KINDS = ['MEMBER', 'SERVICE', 'NODE'] as const;
export type TokenKind = MemberOf<typeof TOKEN_KINDS>;
