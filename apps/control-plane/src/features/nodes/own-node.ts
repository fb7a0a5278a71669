import { MillraceError } from '@millrace/contracts';
import { Node } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { findRow } from '../../loading/scoped-rows.ts';

/** The node that a report is about. A token that is bound to one node speaks for no other. */
export async function ownNode(work: Work, id: string): Promise<Node> {
  const node = await findRow(work, Node, 'node', { id });
  if (work.caller.nodeId !== null && work.caller.nodeId !== node.id) {
    throw new MillraceError('FORBIDDEN', `The token belongs to the node ${work.caller.nodeId}, not to ${node.id}.`, { fields: { nodeId: node.id } });
  }
  return node;
}
