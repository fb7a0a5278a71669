import { nodeStatisticsSchema, routedCountsSchema, versionCountsSchema, type RoutedCounts } from '@millrace/contracts';
import type { VersionOutcomes } from '@millrace/domain';
import type { Node } from '@millrace/db';
import { z } from 'zod';
import { stateIn } from './live-nodes.ts';

const outcomesSchema = routedCountsSchema.pick({ answered: true, errors: true }).extend(versionCountsSchema.pick({ latency: true }).shape);

/** What a node counted for both versions; null for a version that it does not hold, and on a first release for the incumbent. */
export const nodeCountsSchema = z.object({ countedSince: z.string(), candidate: outcomesSchema.nullable(), incumbent: outcomesSchema.nullable() });
export type NodeCounts = z.infer<typeof nodeCountsSchema>;

/** The versions that a canary compares, and where. */
export interface ComparedVersions {
  readonly endpointId: string;
  readonly candidate: string;
  readonly incumbent: string | null;
}

/** What a node says, or why that cannot be relied on, in a sentence. */
export type ReadCounts = NodeCounts | { readonly fault: string };

/** Reads what a node counted. Counts that are missing or cannot be read are never taken for zeros. */
export function countsOf({ name, stats, versionStates }: Node, versions: ComparedVersions): ReadCounts {
  const parsed = nodeStatisticsSchema.safeParse(stats);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { fault: `the statistics of node ${name} cannot be read (${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no reason given'})` };
  }
  const find = (modelVersionId: string): VersionOutcomes | null => {
    const found = parsed.data.versions.find((version) => version.modelVersionId === modelVersionId);
    if (found === undefined) return null;
    const isMeant = (counts: RoutedCounts): boolean => counts.modelVersionId === modelVersionId && counts.endpointId === versions.endpointId;
    const { answered, errors } = parsed.data.routed.find(isMeant) ?? NOTHING;
    return { answered, errors, latency: found.latency };
  };
  const [candidate, incumbent] = [find(versions.candidate), versions.incumbent === null ? null : find(versions.incumbent)];
  if (candidate === null && stateIn(versionStates, versions.candidate)?.state === 'LOADED')
    return { fault: `node ${name} serves the candidate and has no statistics of it` };
  return { countedSince: parsed.data.countedSince, candidate: mutable(candidate), incumbent: mutable(incumbent) };
}

export const NOTHING: VersionOutcomes = { answered: 0, errors: 0, latency: [] };

/** What came since `before` was counted. A node that counts anew has started again, or has let go of the version meanwhile: all that it counts is new. */
export function countedSince(before: NodeCounts, now: NodeCounts): { readonly candidate: VersionOutcomes; readonly incumbent: VersionOutcomes } {
  const isSame = before.countedSince === now.countedSince;
  return {
    candidate: difference((isSame ? before.candidate : null) ?? NOTHING, now.candidate ?? NOTHING),
    incumbent: difference((isSame ? before.incumbent : null) ?? NOTHING, now.incumbent ?? NOTHING),
  };
}

function difference(before: VersionOutcomes, now: VersionOutcomes): VersionOutcomes {
  const latency = Array.from({ length: Math.max(before.latency.length, now.latency.length) }, (_, i) => (now.latency[i] ?? 0) - (before.latency[i] ?? 0));
  const outcomes = { answered: now.answered - before.answered, errors: now.errors - before.errors, latency };
  return Math.min(outcomes.answered, outcomes.errors, ...latency) < 0 ? now : outcomes;
}

function mutable(outcomes: VersionOutcomes | null): NodeCounts['candidate'] {
  return outcomes === null ? null : { ...outcomes, latency: [...outcomes.latency] };
}
