import { Metric, type Milestone } from '@millrace/db';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { CreateMilestoneInput } from './milestone.inputs.ts';
import type { MilestoneService } from './milestone.service.ts';
import { MilestoneType } from './milestone.type.ts';

@Resolver(() => MilestoneType)
export class MilestoneResolver {
  readonly #milestones: MilestoneService;

  constructor(collaborators: { readonly milestones: MilestoneService }) {
    this.#milestones = collaborators.milestones;
  }

  @FieldResolver(() => String)
  async metric(@Root() milestone: Milestone, @Ctx() { loaders }: RequestContext): Promise<string> {
    return (await loaders.parent(Metric, milestone.metricId)).name;
  }

  @Mutation(() => MilestoneType)
  createMilestone(@Arg('input', () => CreateMilestoneInput) input: CreateMilestoneInput, @Ctx() { work }: AuthorisedContext): Promise<Milestone> {
    return this.#milestones.create(work, input);
  }
}
