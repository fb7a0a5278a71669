import { BusinessGoal, Metric, Milestone, StrategyReview, type UseCase } from '@millrace/db';
import { MetricType } from '#features/metrics';
import { MilestoneType } from '#features/milestones';
import { StrategyReviewType } from '#features/strategy-reviews';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { CreateUseCaseInput, SetBusinessGoalInput } from './use-case.inputs.ts';
import type { UseCaseService } from './use-case.service.ts';
import { BusinessGoalType, UseCaseConnection, UseCaseType } from './use-case.type.ts';

@Resolver(() => UseCaseType)
export class UseCaseResolver {
  readonly #useCases: UseCaseService;

  constructor(collaborators: { readonly useCases: UseCaseService }) {
    this.#useCases = collaborators.useCases;
  }

  @Query(() => UseCaseType)
  useCase(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<UseCase> {
    return this.#useCases.find(work, id);
  }

  @Query(() => UseCaseConnection)
  async useCases(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<UseCaseType>> {
    return toConnection(await this.#useCases.list(work, pageRequest(first, after)));
  }

  @FieldResolver(() => BusinessGoalType, { nullable: true })
  async goal(@Root() useCase: UseCase, @Ctx() { loaders }: RequestContext): Promise<BusinessGoalType | undefined> {
    return (await loaders.children(BusinessGoal, 'useCaseId', useCase.id)).at(-1);
  }

  @FieldResolver(() => [MetricType])
  metrics(@Root() useCase: UseCase, @Ctx() { loaders }: RequestContext): Promise<MetricType[]> {
    return loaders.children(Metric, 'useCaseId', useCase.id);
  }

  /** Those that a strategy review replaced are history and not shown. */
  @FieldResolver(() => [MilestoneType])
  async milestones(@Root() useCase: UseCase, @Ctx() { loaders }: RequestContext): Promise<MilestoneType[]> {
    return (await loaders.children(Milestone, 'useCaseId', useCase.id)).filter((milestone) => milestone.retiredAt === null);
  }

  @FieldResolver(() => [StrategyReviewType])
  reviews(@Root() useCase: UseCase, @Ctx() { loaders }: RequestContext): Promise<StrategyReviewType[]> {
    return loaders.children(StrategyReview, 'useCaseId', useCase.id);
  }

  @Mutation(() => UseCaseType)
  createUseCase(@Arg('input', () => CreateUseCaseInput) input: CreateUseCaseInput, @Ctx() { work }: AuthorisedContext): Promise<UseCase> {
    return this.#useCases.create(work, input);
  }

  @Mutation(() => UseCaseType)
  retireUseCase(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<UseCase> {
    return this.#useCases.retire(work, id);
  }

  @Mutation(() => BusinessGoalType)
  setBusinessGoal(@Arg('input', () => SetBusinessGoalInput) input: SetBusinessGoalInput, @Ctx() { work }: AuthorisedContext): Promise<BusinessGoal> {
    return this.#useCases.setGoal(work, input);
  }

  @Subscription(() => UseCaseType, {
    subscribe: ({ args, context }: { args: { id: string }; context: AuthorisedContext }) => context.streams.useCase(context, args.id),
  })
  useCaseChanged(@Root() useCase: UseCase, @Arg('id', () => ID) _id: string): UseCase {
    return useCase;
  }
}
