import type { SerializedError, VersionState } from '@millrace/contracts';
import { Node, type EntityManager } from '@millrace/db';
import { MoreThan } from 'typeorm';
import type { ReleaseContext } from './release-context.ts';

/** The nodes of the environment that are READY and were heard from lately. */
export function liveNodes(manager: EntityManager, { environment, timing }: Pick<ReleaseContext, 'environment' | 'timing'>): Promise<Node[]> {
  return manager.find(Node, {
    where: { environmentId: environment.id, status: 'READY', lastSeenAt: MoreThan(new Date(Date.now() - timing.nodeLostSeconds * 1000)) },
    order: { id: 'ASC' },
  });
}

/** What a node says of a version; undefined where it was not assigned to it. */
export function stateIn(versionStates: readonly VersionState[], modelVersionId: string): VersionState | undefined {
  return versionStates.find((state) => state.modelVersionId === modelVersionId);
}

/** A node on which a version failed, and why in a sentence. */
export interface NodeFailure {
  readonly node: string;
  readonly reason: string;
  readonly error: SerializedError | undefined;
}

/** The first node that cannot answer with a version: it could not load it, or its sessions end again and again. */
export function failureOf(nodes: readonly Node[], modelVersionId: string): NodeFailure | undefined {
  for (const { name, versionStates } of nodes) {
    const state = stateIn(versionStates, modelVersionId);
    if (state?.state !== 'FAILED') continue;
    const reason = `Node ${name} cannot serve the model version: ${state.error?.message ?? 'no reason given'}`;
    return { node: name, reason, error: state.error };
  }
  return undefined;
}
