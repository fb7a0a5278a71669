import type { Endpoint, Node } from '@millrace/db';
import { statusOf } from '#features/nodes';

/** Where an endpoint answers: one address for each of the nodes of its environment that is ready. */
export function addressesOf({ name }: Endpoint, nodes: readonly Node[]): string[] {
  return nodes.filter((node) => statusOf(node, new Date()) === 'READY').map((node) => `${node.url}/v2/models/${name}`);
}
