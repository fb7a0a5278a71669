import type { EntityManager } from '@millrace/db';
import type { Acknowledged } from '../acknowledged.ts';
import type { LakeEvidence } from './lake-evidence.ts';

/** What is judged: rows of the database, what was read from the lake and from the disk, and what was promised. */
export interface Evidence {
  readonly manager: EntityManager;
  readonly lake: LakeEvidence;
  readonly seen: Acknowledged;
  /** Files that nodes have not handed over. */
  readonly leftWithNodes: readonly string[];
}

/** What must hold, and a way to break it: a judge that cannot condemn is worth nothing. */
export interface Invariant {
  readonly says: string;
  /** Everything that breaks it; none where it holds. */
  readonly breaches: (evidence: Evidence) => Promise<readonly unknown[]> | readonly unknown[];
  /** Breaks it in a transaction that is rolled back, or gives evidence of its own. */
  readonly sabotage: (evidence: Evidence) => Promise<Evidence | void> | Evidence;
}

/** An invariant of rows alone: a statement that finds what breaks it, and one that breaks it. */
export function ofRows(says: string, breaches: string, sabotage: string): Invariant {
  return {
    says,
    breaches: ({ manager }) => manager.query<unknown[]>(breaches),
    sabotage: async ({ manager }) => {
      const changed = await manager.query<unknown[]>(`WITH broken AS (${sabotage} RETURNING 1) SELECT FROM broken`);
      if (changed.length === 0) throw new Error(`There is nothing to break of: ${says}`);
    },
  };
}

const TOLD = 3;

/** Every invariant that does not hold, with the first of what breaks it. */
export async function judge(invariants: readonly Invariant[], evidence: Evidence): Promise<string[]> {
  const verdict: string[] = [];
  for (const { says, breaches } of invariants) {
    const found = await breaches(evidence);
    if (found.length > 0) verdict.push(`${says}: ${found.length} times not, as ${JSON.stringify(found.slice(0, TOLD))}`);
  }
  return verdict;
}
