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
