import { isoTime, send, type Client } from '../client.ts';
import { setBusinessGoal, type SetBusinessGoalInput } from '../generated/operations.ts';
import type { BusinessGoal } from '../nouns/product.ts';
import type { CallOptions } from '../options.ts';

/**
 * The one measurable target of a use case.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * await millrace.goals.set({ useCaseId: 'uc_…', metricId: 'met_…', direction: 'DECREASE', baseline: 4_500, target: 4_000, unit: 'USD', dueAt: '2027-06-30T00:00:00Z' });
 * ```
 */
export class GoalsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Sets or replaces the goal. */
  async set(input: Omit<SetBusinessGoalInput, 'dueAt'> & { readonly dueAt: string | Date }, options?: CallOptions): Promise<BusinessGoal> {
    return (await send(this.#client, setBusinessGoal, { ...input, dueAt: isoTime(input.dueAt) }, options)).setBusinessGoal;
  }
}
