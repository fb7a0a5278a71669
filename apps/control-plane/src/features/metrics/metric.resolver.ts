import type { Metric, Observation } from '@millrace/db';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { latestObservation } from './latest-observations.ts';
import { CreateMetricInput, RecordObservationInput } from './metric.inputs.ts';
import type { MetricService } from './metric.service.ts';
import { MetricType } from './metric.type.ts';
import { observationPage } from './observation-pages.ts';
import { ObservationConnection, ObservationType } from './observation.type.ts';

@Resolver(() => MetricType)
export class MetricResolver {
  readonly #metrics: MetricService;

  constructor(collaborators: { readonly metrics: MetricService }) {
    this.#metrics = collaborators.metrics;
  }

  @Query(() => MetricType)
  metric(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Metric> {
    return this.#metrics.find(work, id);
  }

  @FieldResolver(() => ObservationType, { nullable: true })
  latest(@Root() metric: Metric, @Ctx() { loaders }: RequestContext): Promise<ObservationType | undefined> {
    return latestObservation(loaders, metric.id);
  }

  @FieldResolver(() => ObservationConnection)
  async observations(
    @Root() metric: Metric,
    @First(100) first: number,
    @After() after: string | undefined,
    @Ctx() { loaders }: RequestContext,
  ): Promise<Connection<ObservationType>> {
    return toConnection(await observationPage(loaders, metric.id, pageRequest(first, after, 100)));
  }

  @Mutation(() => MetricType)
  createMetric(@Arg('input', () => CreateMetricInput) input: CreateMetricInput, @Ctx() { work }: AuthorisedContext): Promise<Metric> {
    return this.#metrics.create(work, input);
  }

  @Mutation(() => ObservationType)
  recordObservation(@Arg('input', () => RecordObservationInput) input: RecordObservationInput, @Ctx() { work }: AuthorisedContext): Promise<Observation> {
    return this.#metrics.record(work, input);
  }
}
