import type { DataSourceEntity } from '@millrace/db';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { CreateDataSourceInput, SetReadingDefinitionInput } from './data-source.inputs.ts';
import type { DataSourceService } from './data-source.service.ts';
import { DataSourceConnection, DataSourceType } from './data-source.type.ts';

@Resolver(() => DataSourceType)
export class DataSourceResolver {
  readonly #dataSources: DataSourceService;

  constructor(collaborators: { readonly dataSources: DataSourceService }) {
    this.#dataSources = collaborators.dataSources;
  }

  @Query(() => DataSourceConnection)
  async dataSources(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<DataSourceType>> {
    return toConnection(await this.#dataSources.list(work, pageRequest(first, after)));
  }

  @Mutation(() => DataSourceType)
  createDataSource(@Arg('input', () => CreateDataSourceInput) input: CreateDataSourceInput, @Ctx() { work }: AuthorisedContext): Promise<DataSourceEntity> {
    return this.#dataSources.create(work, input);
  }

  @Mutation(() => DataSourceType, { description: 'Changes how the files of a data source are read, from the next run on.' })
  setReadingDefinition(
    @Arg('input', () => SetReadingDefinitionInput) input: SetReadingDefinitionInput,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<DataSourceEntity> {
    return this.#dataSources.setReading(work, input);
  }
}
