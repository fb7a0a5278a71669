import { Job, TrainingMetric, type TrainingRun } from '@millrace/db';
import { JobType } from '#features/jobs';
import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import type { RequestContext } from '../../context/request-context.ts';
import type { Reader } from '../../loading/batch-reads.ts';
import { TrainingMetricType, TrainingRunType } from './experiment.type.ts';

@Resolver(() => TrainingRunType)
export class TrainingRunResolver {
  @FieldResolver(() => JobType)
  job(@Root() run: TrainingRun, @Ctx() { loaders }: RequestContext): Promise<JobType> {
    return loaders.parent(Job, run.jobId);
  }

  /** What streamed in, by name and step; all names unless one is asked for. */
  @FieldResolver(() => [TrainingMetricType])
  async metricHistory(
    @Root() run: TrainingRun,
    @Arg('name', () => String, { nullable: true }) name: string | null | undefined,
    @Ctx() { loaders }: RequestContext,
  ): Promise<TrainingMetricType[]> {
    const history = (await loaders.own('metric history', readHistories).load(run.id)) ?? [];
    return name === null || name === undefined ? history : history.filter((metric) => metric.name === name);
  }
}

async function readHistories({ manager }: Reader, runIds: readonly string[]): Promise<Map<string, TrainingMetric[]>> {
  const metrics = await manager.find(TrainingMetric, { where: { trainingRunId: In(runIds) }, order: { name: 'ASC', step: 'ASC' } });
  return Map.groupBy(metrics, (metric) => metric.trainingRunId);
}
