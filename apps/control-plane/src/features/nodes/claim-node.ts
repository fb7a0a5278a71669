import { MillraceError } from '@millrace/contracts';
import { Node, Token } from '@millrace/db';
import { IsNull, MoreThan, Not } from 'typeorm';
import type { Work } from '../../context/work.ts';
import { lockRow } from '../../loading/scoped-rows.ts';

/**
 * The node that a token registers under a name, or `null` for a new one. A token speaks for one node, from its first registration
 * on; a node keeps its name while a token that still works is bound to it. So nobody who holds another token can take a name, and
 * with it the requests and the tokens of its callers. Locks the token and the node: of two that come at a time one is first.
 */
export async function claimNode(work: Work, name: string): Promise<Node | null> {
  const { manager, workspaceId } = work;
  const { nodeId: boundTo } = await lockRow(work, Token, 'token', { id: work.caller.tokenId });
  const known = await manager.findOne(Node, { where: { workspaceId, name }, lock: { mode: 'for_no_key_update' } });
  if (boundTo !== null) {
    if (boundTo === known?.id) return known;
    throw refused(`The token belongs to the node ${boundTo}, which is not named "${name}". Give each node a token of its own, or unbind this one.`, boundTo);
  }
  if (known !== null && (await isHeld(work, known))) {
    throw refused(`The node "${name}" belongs to another token. Choose another name, or let an administrator unbind or revoke that token.`, known.id);
  }
  return known;
}

/** From now on the token of the caller speaks for this node, and for no other. */
export async function bindToken({ manager, caller }: Work, node: Node): Promise<void> {
  await manager.update(Token, { id: caller.tokenId }, { nodeId: node.id });
}

function isHeld({ manager, workspaceId, caller }: Work, { id: nodeId }: Node): Promise<boolean> {
  const bound = { workspaceId, nodeId, id: Not(caller.tokenId), revokedAt: IsNull() };
  return manager.existsBy(Token, [
    { ...bound, expiresAt: IsNull() },
    { ...bound, expiresAt: MoreThan(new Date()) },
  ]);
}

function refused(message: string, nodeId: string): MillraceError {
  return new MillraceError('FORBIDDEN', message, { fields: { path: 'input.name', nodeId } });
}
