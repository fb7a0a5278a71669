import { type Dataset, DatasetVersion } from '@millrace/db';
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import type { DatasetService } from './dataset.service.ts';
import { DatasetConnection, DatasetType, DatasetVersionConnection, DatasetVersionType } from './dataset.type.ts';

@Resolver(() => DatasetType)
export class DatasetResolver {
  readonly #datasets: DatasetService;

  constructor(collaborators: { readonly datasets: DatasetService }) {
    this.#datasets = collaborators.datasets;
  }

  @Query(() => DatasetType)
  dataset(@Arg('name', () => String) name: string, @Ctx() { work }: AuthorisedContext): Promise<Dataset> {
    return this.#datasets.find(work, name);
  }

  @Query(() => DatasetConnection)
  async datasets(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<DatasetType>> {
    return toConnection(await this.#datasets.list(work, pageRequest(first, after)));
  }

  @Query(() => DatasetVersionType)
  datasetVersion(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<DatasetVersion> {
    return this.#datasets.findVersion(work, id);
  }

  @FieldResolver(() => DatasetVersionType, { nullable: true })
  latestVersion(@Root() dataset: Dataset, @Ctx() { loaders }: RequestContext): Promise<DatasetVersionType | undefined> {
    return loaders.latest(DatasetVersion, 'datasetId', dataset.id, ['deltaVersion']);
  }

  @FieldResolver(() => DatasetVersionConnection)
  async versions(
    @Root() dataset: Dataset,
    @First() first: number,
    @After() after: string | undefined,
    @Ctx() { loaders }: RequestContext,
  ): Promise<Connection<DatasetVersionType>> {
    return toConnection(await loaders.childPage(DatasetVersion, 'datasetId', dataset.id, pageRequest(first, after)));
  }
}
