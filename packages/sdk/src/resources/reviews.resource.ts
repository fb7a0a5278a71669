import type { ReviewDecision } from '@millrace/contracts';
import { isoTime, send, type Client } from '../client.ts';
import { decideStrategyReview, openStrategyReview, type OpenStrategyReviewInput } from '../generated/operations.ts';
import type { StrategyReview } from '../nouns/product.ts';
import type { CallOptions } from '../options.ts';
import type { MilestoneInput } from './milestones.resource.ts';

/**
 * How a review ends. `ADJUST` needs the new milestones.
 *
 * @example
 * ```ts
 * import type { ReviewDecisionInput } from '@millrace/sdk';
 * const stop: ReviewDecisionInput = { id: 'rev_…', decision: 'STOP', note: 'The data will not come.' };
 * ```
 */
export interface ReviewDecisionInput {
  readonly id: string;
  readonly decision: ReviewDecision;
  readonly note: string;
  readonly milestones?: readonly MilestoneInput[];
}

/**
 * Strategy reviews: opened by a missed milestone or by hand, ended by a recorded decision.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * await millrace.reviews.decide({ id: 'rev_…', decision: 'CONTINUE', note: 'The summer schedule explains the gap.' });
 * ```
 */
export class ReviewsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async open(input: OpenStrategyReviewInput, options?: CallOptions): Promise<StrategyReview> {
    return (await send(this.#client, openStrategyReview, input, options)).openStrategyReview;
  }

  async decide({ milestones, ...input }: ReviewDecisionInput, options?: CallOptions): Promise<StrategyReview> {
    const adjusted = milestones?.map((milestone) => ({ ...milestone, dueAt: isoTime(milestone.dueAt) }));
    return (await send(this.#client, decideStrategyReview, { ...input, ...(adjusted !== undefined && { milestones: adjusted }) }, options))
      .decideStrategyReview;
  }
}
