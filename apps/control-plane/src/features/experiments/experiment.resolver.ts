import { type Experiment, TrainingRun } from '@millrace/db';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { CreateExperimentInput, StartTrainingRunInput } from './experiment.inputs.ts';
import type { ExperimentService } from './experiment.service.ts';
import { ExperimentType, TrainingRunConnection, TrainingRunType } from './experiment.type.ts';

@Resolver(() => ExperimentType)
export class ExperimentResolver {
  readonly #experiments: ExperimentService;

  constructor(collaborators: { readonly experiments: ExperimentService }) {
    this.#experiments = collaborators.experiments;
  }

  @Query(() => ExperimentType)
  experiment(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Experiment> {
    return this.#experiments.find(work, id);
  }

  @Query(() => TrainingRunType)
  trainingRun(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<TrainingRun> {
    return this.#experiments.findRun(work, id);
  }

  @FieldResolver(() => TrainingRunConnection)
  async runs(
    @Root() experiment: Experiment,
    @First() first: number,
    @After() after: string | undefined,
    @Ctx() { loaders }: RequestContext,
  ): Promise<Connection<TrainingRunType>> {
    return toConnection(await loaders.childPage(TrainingRun, 'experimentId', experiment.id, pageRequest(first, after)));
  }

  @Mutation(() => ExperimentType)
  createExperiment(@Arg('input', () => CreateExperimentInput) input: CreateExperimentInput, @Ctx() { work }: AuthorisedContext): Promise<Experiment> {
    return this.#experiments.create(work, input);
  }

  @Mutation(() => TrainingRunType)
  startTrainingRun(@Arg('input', () => StartTrainingRunInput) input: StartTrainingRunInput, @Ctx() { work }: AuthorisedContext): Promise<TrainingRun> {
    return this.#experiments.startRun(work, input);
  }
}
