import type { SerializedError, VersionState } from '@millrace/contracts';
import { Node, type EntityManager } from '@millrace/db';
import { MoreThan } from 'typeorm';
import { z } from 'zod';
import type { ReleaseContext } from './release-context.ts';

/** Requests and errors of one version, since some node loaded it. */
export interface RequestCounts {
  readonly requests: number;
  readonly errors: number;
}

const nodeStatsSchema = z.object({ versions: z.array(z.object({ modelVersionId: z.string(), requests: z.int().min(0), errors: z.int().min(0) })) });

/** The nodes of the environment that are READY and were heard from lately. */
export function liveNodes(manager: EntityManager, { environment, timing }: Pick<ReleaseContext, 'environment' | 'timing'>): Promise<Node[]> {
  return manager.find(Node, {
    where: { environmentId: environment.id, status: 'READY', lastSeenAt: MoreThan(new Date(Date.now() - timing.nodeLostSeconds * 1000)) },
    order: { id: 'ASC' },
  });
}

/** What each node counted for a version, by node id. */
export function countsOf(nodes: readonly Node[], modelVersionId: string): Readonly<Record<string, RequestCounts>> {
  return Object.fromEntries(
    nodes.map(({ id, stats }) => {
      const versions = nodeStatsSchema.safeParse(stats).data?.versions ?? [];
      const { requests = 0, errors = 0 } = versions.find((version) => version.modelVersionId === modelVersionId) ?? {};
      return [id, { requests, errors }];
    }),
  );
}

/** What was counted since `before`. A node that counts less than before has started again, so all that it counts is new. */
export function countedSince(before: Readonly<Record<string, RequestCounts>>, now: Readonly<Record<string, RequestCounts>>): RequestCounts {
  let [requests, errors] = [0, 0];
  for (const [nodeId, counts] of Object.entries(now)) {
    const base = before[nodeId];
    const isSame = base !== undefined && counts.requests >= base.requests && counts.errors >= base.errors;
    requests += counts.requests - (isSame ? base.requests : 0);
    errors += counts.errors - (isSame ? base.errors : 0);
  }
  return { requests, errors };
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
