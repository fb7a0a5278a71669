import { MillraceError } from '@millrace/contracts';
import {
  eValuesOf,
  noEvidence,
  withBlock,
  type CanaryEvidence,
  type CanaryRule,
  type CanarySight,
  type Outcomes,
  type VersionOutcomes,
} from '@millrace/domain';
import type { Node } from '@millrace/db';
import { z } from 'zod';
import { countedSince, countsOf, NOTHING, nodeCountsSchema, type ComparedVersions, type ReadCounts } from './node-counts.ts';

const numbers = z.array(z.number());
const outcomesSchema = z.object({ requests: z.int(), bad: z.int() });
const evidenceSchema = z.object({ errors: numbers, latency: numbers, tolerable: numbers });

/** What a canary step goes on with when its worker was killed: what each node had counted when its last block ended, and the evidence so far. */
export const watchStateSchema = z.object({
  /** When every node served the share of the candidate; null: not yet. */
  servedAt: z.iso.datetime().nullable(),
  /** What the candidate is compared with on a first release; null: a live version. */
  maximumErrorRate: z.number().nullable(),
  bases: z.record(z.string(), nodeCountsSchema),
  evidence: evidenceSchema,
  candidate: outcomesSchema,
  incumbent: outcomesSchema,
});
export type WatchState = z.infer<typeof watchStateSchema>;

/** Watches what nodes count for two versions, one block after the other. */
export class CanaryWatch {
  readonly #rule: CanaryRule;
  readonly #versions: ComparedVersions;
  #state: WatchState;
  #open: { readonly candidate: Outcomes; readonly incumbent: Outcomes } = { candidate: { requests: 0, bad: 0 }, incumbent: { requests: 0, bad: 0 } };
  #fault: string | undefined;

  private constructor(rule: CanaryRule, versions: ComparedVersions, state: WatchState) {
    this.#rule = rule;
    this.#versions = versions;
    this.#state = state;
  }

  /** Begins a step. The evidence of the step before it goes on, so that the rates of the test hold for the whole release. */
  static begin(rule: CanaryRule, versions: ComparedVersions, former: WatchState | undefined): CanaryWatch {
    const none: Outcomes = { requests: 0, bad: 0 };
    const evidence = former?.evidence ?? noEvidence(rule);
    return new CanaryWatch(
      rule,
      versions,
      mutable({ servedAt: null, maximumErrorRate: rule.hasIncumbent ? null : rule.maximumErrorRate, bases: {}, evidence, candidate: none, incumbent: none }),
    );
  }

  /** Goes on with a step that was begun. */
  static resume(rule: CanaryRule, versions: ComparedVersions, state: WatchState): CanaryWatch {
    return new CanaryWatch(rule, versions, state);
  }

  get state(): WatchState {
    return this.#state;
  }

  /** From now on every node serves the share of the candidate. Returns whether that is news. */
  served(now: Date): boolean {
    if (this.#state.servedAt !== null) return false;
    this.#state = { ...this.#state, servedAt: now.toISOString() };
    return true;
  }

  /**
   * Takes what the nodes have counted. A block of a node ends as soon as both versions have answered something in it, whatever they answered.
   * Returns whether a block ended. What nodes of which statistics are missing or cannot be read did is unknown.
   */
  look(nodes: readonly Node[]): boolean {
    const bases = { ...this.#state.bases };
    let { evidence, candidate, incumbent } = this.#state;
    let isNews = false;
    const open: { candidate: Outcomes; incumbent: Outcomes } = { candidate: { requests: 0, bad: 0 }, incumbent: { requests: 0, bad: 0 } };
    this.#fault = nodes.length === 0 ? 'no node of the environment is READY' : undefined;
    for (const node of nodes) {
      const now: ReadCounts = countsOf(node, this.#versions);
      if ('fault' in now) {
        this.#fault = now.fault;
        continue;
      }
      const base = bases[node.id];
      if (base === undefined) {
        bases[node.id] = now;
        isNews = true;
        continue;
      }
      const counted = countedSince(base, now);
      const [ofCandidate, ofIncumbent] = [outcomesOf(counted.candidate), outcomesOf(counted.incumbent)];
      if (ofCandidate.requests === 0 || (this.#rule.hasIncumbent && ofIncumbent.requests === 0)) {
        open.candidate = sum(open.candidate, ofCandidate);
        open.incumbent = sum(open.incumbent, ofIncumbent);
        continue;
      }
      evidence = mutableEvidence(withBlock(evidence, this.#rule, counted, (base.incumbent ?? NOTHING).latency));
      [candidate, incumbent] = [sum(candidate, ofCandidate), sum(incumbent, ofIncumbent)];
      bases[node.id] = now;
      isNews = true;
    }
    this.#open = open;
    this.#state = { ...this.#state, bases, evidence, candidate, incumbent };
    return isNews;
  }

  /** What has been seen so far, with what is not a block yet. */
  sight(now: Date): CanarySight {
    const { servedAt, evidence, candidate, incumbent } = this.#state;
    return {
      candidate: sum(candidate, this.#open.candidate),
      incumbent: this.#rule.hasIncumbent ? sum(incumbent, this.#open.incumbent) : null,
      eValues: eValuesOf(evidence, this.#rule),
      heldSeconds: servedAt === null ? 0 : Math.round(now.getTime() - Date.parse(servedAt)) / 1000,
      fault: this.#fault,
    };
  }
}

/** @throws MillraceError INTERNAL where the state of a step that was begun cannot be read: evidence that is lost must not begin anew unseen. */
export function readWatchState(state: unknown): WatchState | undefined {
  if (state === null || state === undefined) return undefined;
  const parsed = watchStateSchema.safeParse(state);
  if (parsed.success) return parsed.data;
  throw new MillraceError('INTERNAL', 'The evidence of the canary cannot be read.', { retryable: false, fields: { issues: parsed.error.issues } });
}

function outcomesOf({ answered, errors }: VersionOutcomes): { requests: number; bad: number } {
  return { requests: answered + errors, bad: errors };
}

function sum(a: Outcomes, b: Outcomes): { requests: number; bad: number } {
  return { requests: a.requests + b.requests, bad: a.bad + b.bad };
}

function mutableEvidence({ errors, latency, tolerable }: CanaryEvidence): WatchState['evidence'] {
  return { errors: [...errors], latency: [...latency], tolerable: [...tolerable] };
}

function mutable({ evidence, ...state }: Omit<WatchState, 'evidence'> & { readonly evidence: CanaryEvidence }): WatchState {
  return { ...state, evidence: mutableEvidence(evidence) };
}
