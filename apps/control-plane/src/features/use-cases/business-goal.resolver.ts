import { type BusinessGoal, Metric } from '@millrace/db';
import { goalAttainment } from '@millrace/domain';
import { latestObservation } from '#features/metrics';
import { Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context/request-context.ts';
import { BusinessGoalType } from './use-case.type.ts';

@Resolver(() => BusinessGoalType)
export class BusinessGoalResolver {
  @FieldResolver(() => String)
  async metric(@Root() goal: BusinessGoal, @Ctx() { loaders }: RequestContext): Promise<string> {
    return (await loaders.parent(Metric, goal.metricId)).name;
  }

  @FieldResolver(() => Float, { nullable: true })
  async latest(@Root() goal: BusinessGoal, @Ctx() { loaders }: RequestContext): Promise<number | undefined> {
    return (await latestObservation(loaders, goal.metricId))?.value;
  }

  /** How much of the way from baseline to target is done: 0 at the baseline, 1 at the target, beyond either if it is. */
  @FieldResolver(() => Float, { nullable: true })
  async attainment(@Root() goal: BusinessGoal, @Ctx() { loaders }: RequestContext): Promise<number | null> {
    const latest = await latestObservation(loaders, goal.metricId);
    return latest === undefined ? null : goalAttainment(goal, latest.value);
  }
}
