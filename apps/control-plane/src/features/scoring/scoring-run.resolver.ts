import { Dataset, Job, type ScoringRun } from '@millrace/db';
import { JobType } from '#features/jobs';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { CreateScoringRunInput } from './scoring-run.inputs.ts';
import type { ScoringRunService } from './scoring-run.service.ts';
import { ScoringRunConnection, ScoringRunType } from './scoring-run.type.ts';

@Resolver(() => ScoringRunType)
export class ScoringRunResolver {
  readonly #scoringRuns: ScoringRunService;

  constructor(collaborators: { readonly scoringRuns: ScoringRunService }) {
    this.#scoringRuns = collaborators.scoringRuns;
  }

  @Query(() => ScoringRunType)
  scoringRun(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<ScoringRun> {
    return this.#scoringRuns.find(work, id);
  }

  @Query(() => ScoringRunConnection)
  async scoringRuns(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<ScoringRunType>> {
    return toConnection(await this.#scoringRuns.list(work, pageRequest(first, after)));
  }

  @FieldResolver(() => JobType)
  job(@Root() run: ScoringRun, @Ctx() { loaders }: RequestContext): Promise<JobType> {
    return loaders.parent(Job, run.jobId);
  }

  /** The name of the dataset that the predictions go to. */
  @FieldResolver(() => String)
  async outputDataset(@Root() run: ScoringRun, @Ctx() { loaders }: RequestContext): Promise<string> {
    return (await loaders.parent(Dataset, run.outputDatasetId)).name;
  }

  @Mutation(() => ScoringRunType)
  createScoringRun(@Arg('input', () => CreateScoringRunInput) input: CreateScoringRunInput, @Ctx() { work }: AuthorisedContext): Promise<ScoringRun> {
    return this.#scoringRuns.create(work, input);
  }
}
