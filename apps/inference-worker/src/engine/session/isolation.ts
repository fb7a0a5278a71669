import type { ServingOptions } from '@millrace/contracts';
import type { Inspection } from '../inspection/inspect-artifact.ts';

/** Where a session lives: in a thread of the node, or in a process whose death is its own. */
export const ISOLATIONS = ['thread', 'process'] as const;
export type Isolation = (typeof ISOLATIONS)[number];

/** Where sessions are to live, and why not in threads where the owner left it to the graph. */
export interface ChosenIsolation {
  readonly isolation: Isolation;
  readonly reason: string | undefined;
}

/** Where the sessions of a model live: where its owner wants, or else in threads unless the graph can end one, or keep it for ever, or it is suspected to have ended the node. */
export function chooseIsolation({ isolation }: Pick<ServingOptions, 'isolation'>, { needsProcess }: Pick<Inspection, 'needsProcess'>): ChosenIsolation {
  if (isolation !== 'auto') return { isolation, reason: undefined };
  return { isolation: needsProcess === undefined ? 'thread' : 'process', reason: needsProcess };
}
