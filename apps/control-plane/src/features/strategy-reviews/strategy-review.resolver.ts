import type { StrategyReview } from '@millrace/db';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { DecideStrategyReviewInput, OpenStrategyReviewInput } from './strategy-review.inputs.ts';
import type { StrategyReviewService } from './strategy-review.service.ts';
import { StrategyReviewType } from './strategy-review.type.ts';

@Resolver(() => StrategyReviewType)
export class StrategyReviewResolver {
  readonly #reviews: StrategyReviewService;

  constructor(collaborators: { readonly reviews: StrategyReviewService }) {
    this.#reviews = collaborators.reviews;
  }

  @Mutation(() => StrategyReviewType)
  openStrategyReview(@Arg('input', () => OpenStrategyReviewInput) input: OpenStrategyReviewInput, @Ctx() { work }: AuthorisedContext): Promise<StrategyReview> {
    return this.#reviews.open(work, input);
  }

  @Mutation(() => StrategyReviewType)
  decideStrategyReview(
    @Arg('input', () => DecideStrategyReviewInput) input: DecideStrategyReviewInput,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<StrategyReview> {
    return this.#reviews.decide(work, input);
  }
}
