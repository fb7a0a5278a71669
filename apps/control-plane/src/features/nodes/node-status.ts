import type { NodeStatus } from '@millrace/contracts';
import type { Node } from '@millrace/db';

/** Heartbeats come every few seconds; after this long without one a node counts as lost. */
const LOST_AFTER_SECONDS = 30;

/** The state of a node at a moment: what it last said of itself, unless it has fallen silent. */
export function statusOf(node: Pick<Node, 'status' | 'lastSeenAt'>, now: Date): NodeStatus {
  const silentSeconds = (now.getTime() - new Date(node.lastSeenAt).getTime()) / 1000;
  return silentSeconds > LOST_AFTER_SECONDS ? 'LOST' : node.status;
}
