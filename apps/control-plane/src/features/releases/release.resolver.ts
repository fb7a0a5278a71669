import { Job, type Release, ReleaseStep } from '@millrace/db';
import { JobType } from '#features/jobs';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { DecideReleaseInput, StartReleaseInput } from './release.inputs.ts';
import type { ReleaseService } from './release.service.ts';
import { ReleaseConnection, ReleaseStepType, ReleaseType } from './release.type.ts';

@Resolver(() => ReleaseType)
export class ReleaseResolver {
  readonly #releases: ReleaseService;

  constructor(collaborators: { readonly releases: ReleaseService }) {
    this.#releases = collaborators.releases;
  }

  @Query(() => ReleaseType)
  release(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Release> {
    return this.#releases.find(work, id);
  }

  @Query(() => ReleaseConnection)
  async releases(
    @Arg('endpointId', () => ID, { nullable: true }) endpointId: string | null | undefined,
    @First() first: number,
    @After() after: string | undefined,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<Connection<ReleaseType>> {
    return toConnection(await this.#releases.list(work, pageRequest(first, after), endpointId ?? undefined));
  }

  @FieldResolver(() => JobType)
  job(@Root() release: Release, @Ctx() { loaders }: RequestContext): Promise<JobType> {
    return loaders.parent(Job, release.jobId);
  }

  @FieldResolver(() => [ReleaseStepType])
  async steps(@Root() release: Release, @Ctx() { loaders }: RequestContext): Promise<ReleaseStepType[]> {
    return (await loaders.children(ReleaseStep, 'releaseId', release.id)).toSorted((a, b) => a.sequence - b.sequence);
  }

  @Mutation(() => ReleaseType)
  startRelease(@Arg('input', () => StartReleaseInput) input: StartReleaseInput, @Ctx() { work }: AuthorisedContext): Promise<Release> {
    return this.#releases.start(work, input);
  }

  @Mutation(() => ReleaseType)
  decideRelease(@Arg('input', () => DecideReleaseInput) input: DecideReleaseInput, @Ctx() { work }: AuthorisedContext): Promise<Release> {
    return this.#releases.decide(work, input);
  }
}
