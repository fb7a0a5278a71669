import type { Endpoint, Node } from '@millrace/db';
import { statusOf } from '#features/nodes';
import type { VersionFailureType } from './endpoint.type.ts';

/** What is not known before the number of the version is looked up. */
type Failure = Omit<VersionFailureType, 'version'>;

/** The versions of an endpoint that cannot answer now on a node that lives, by what the node last said. */
export function failuresOf({ traffic, shadow }: Endpoint, nodes: readonly Node[]): Failure[] {
  const shadowId = shadow?.modelVersionId;
  const concerned = new Set(traffic.map(({ modelVersionId }) => modelVersionId));
  if (shadowId !== undefined) concerned.add(shadowId);
  return nodes
    .filter((node) => statusOf(node, new Date()) !== 'LOST')
    .flatMap((node) => node.versionStates.flatMap((state) => (concerned.has(state.modelVersionId) ? (failureOf(node, state, shadowId) ?? []) : [])));
}

function failureOf(
  node: Node,
  { modelVersionId, state, error, since, restarts, lastEnd }: Node['versionStates'][number],
  shadowId: string | undefined,
): Failure | undefined {
  if (state !== 'FAILED' && state !== 'RESTARTING') return undefined;
  return {
    modelVersionId,
    isShadow: modelVersionId === shadowId,
    nodeId: node.id,
    node: node.name,
    state,
    code: error?.code ?? null,
    reason: error?.message ?? lastEnd?.reason ?? '',
    since: since === undefined ? null : new Date(since),
    restarts,
  };
}
