import { MillraceError } from '@millrace/contracts';
import { Node } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { findRow } from '../../loading/scoped-rows.ts';

/** The node that a report is about: the one that the token of the caller is bound to. No token speaks for another node, and an unbound one for none. */
export async function ownNode(work: Work, id: string): Promise<Node> {
  const node = await findRow(work, Node, 'node', { id });
  if (work.caller.nodeId === node.id) return node;
  const bound = work.caller.nodeId === null ? 'is bound to no node yet: register first' : `belongs to the node ${work.caller.nodeId}, not to ${node.id}`;
  throw new MillraceError('FORBIDDEN', `The token ${bound}.`, { fields: { nodeId: node.id } });
}
