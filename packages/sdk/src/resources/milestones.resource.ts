import { isoTime, send, type Client } from '../client.ts';
import { createMilestone, type CreateMilestoneInput } from '../generated/operations.ts';
import type { Milestone } from '../nouns/product.ts';
import type { CallOptions } from '../options.ts';

/**
 * A milestone to create.
 *
 * @example
 * ```ts
 * import type { MilestoneInput } from '@millrace/sdk';
 * const live: MilestoneInput = { useCaseId: 'uc_…', metricId: 'met_…', name: 'Holds two weeks', comparator: 'GTE', threshold: 0.7, consecutiveWindows: 2, dueAt: new Date() };
 * ```
 */
export type MilestoneInput = Omit<CreateMilestoneInput, 'dueAt'> & { readonly dueAt: string | Date };

/**
 * Dated criteria on metrics. A use case shows its milestones; a missed one opens a strategy review.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * await millrace.milestones.create({ useCaseId: 'uc_…', metricId: 'met_…', name: 'Ranks well', comparator: 'GTE', threshold: 0.7, dueAt: '2027-03-31T00:00:00Z' });
 * ```
 */
export class MilestonesResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(input: MilestoneInput, options?: CallOptions): Promise<Milestone> {
    return (await send(this.#client, createMilestone, { ...input, dueAt: isoTime(input.dueAt) }, options)).createMilestone;
  }
}
