import type { TokenKind } from '@millrace/contracts';
import type { Scope } from '../authorisation/scopes.ts';

/** Whoever holds the token of a request. */
export interface Caller {
  readonly tokenId: string;
  readonly workspaceId: string;
  readonly kind: TokenKind;
  readonly scopes: readonly Scope[];
  /** The node that the token is bound to, if it is bound to one. */
  readonly nodeId: string | null;
  /** The endpoints that the token may predict on; null: all. */
  readonly endpointIds: readonly string[] | null;
}
