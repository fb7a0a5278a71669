import type { MemberOf } from './closed-set.ts';

/**
 * Whom a token belongs to.
 *
 * @example
 * ```ts
 * import { TOKEN_KINDS, type TokenKind } from '@millrace/contracts';
 *
 * const kind: TokenKind = 'NODE';
 * TOKEN_KINDS.includes(kind); // true
 * ```
 */
export const TOKEN_KINDS = ['MEMBER', 'SERVICE', 'NODE'] as const;
export type TokenKind = MemberOf<typeof TOKEN_KINDS>;
