import { type Pipeline, PipelineRun } from '@millrace/db';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { CreatePipelineInput, StartPipelineRunsInput } from './pipeline.inputs.ts';
import type { PipelineService } from './pipeline.service.ts';
import { PipelineConnection, PipelineRunConnection, PipelineRunType, PipelineType } from './pipeline.type.ts';

@Resolver(() => PipelineType)
export class PipelineResolver {
  readonly #pipelines: PipelineService;

  constructor(collaborators: { readonly pipelines: PipelineService }) {
    this.#pipelines = collaborators.pipelines;
  }

  @Query(() => PipelineType)
  pipeline(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Pipeline> {
    return this.#pipelines.find(work, id);
  }

  @Query(() => PipelineConnection)
  async pipelines(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<PipelineType>> {
    return toConnection(await this.#pipelines.list(work, pageRequest(first, after)));
  }

  @Query(() => PipelineRunType)
  pipelineRun(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<PipelineRun> {
    return this.#pipelines.findRun(work, id);
  }

  @FieldResolver(() => PipelineRunConnection)
  async runs(
    @Root() pipeline: Pipeline,
    @First() first: number,
    @After() after: string | undefined,
    @Ctx() { loaders }: RequestContext,
  ): Promise<Connection<PipelineRunType>> {
    return toConnection(await loaders.childPage(PipelineRun, 'pipelineId', pipeline.id, pageRequest(first, after)));
  }

  @Mutation(() => PipelineType)
  createPipeline(@Arg('input', () => CreatePipelineInput) input: CreatePipelineInput, @Ctx() { work }: AuthorisedContext): Promise<Pipeline> {
    return this.#pipelines.create(work, input);
  }

  @Mutation(() => [PipelineRunType])
  startPipelineRuns(@Arg('input', () => StartPipelineRunsInput) input: StartPipelineRunsInput, @Ctx() { work }: AuthorisedContext): Promise<PipelineRun[]> {
    return this.#pipelines.startRuns(work, input);
  }
}
