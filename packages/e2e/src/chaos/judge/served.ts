import type { Invariant } from './invariant.ts';

/** Serving needs neither the control plane nor the database. */
export const SERVED: readonly Invariant[] = [
  {
    says: 'without a control plane and a database every prediction was answered',
    breaches: ({ seen: { dark } }) => (dark.answered === dark.asked ? [] : [dark]),
    sabotage: (evidence) => ({ ...evidence, seen: { ...evidence.seen, dark: { asked: 20, answered: 19, reasons: ['none'] } } }),
  },
  {
    says: 'nodes handed over every segment, and set none aside',
    breaches: ({ leftWithNodes }) => leftWithNodes,
    sabotage: (evidence) => ({ ...evidence, leftWithNodes: ['set-aside/7.reason.json'] }),
  },
];
