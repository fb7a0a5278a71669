import { Dataset, type DatasetVersion } from '@millrace/db';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context/request-context.ts';
import { DatasetVersionType } from './dataset.type.ts';

@Resolver(() => DatasetVersionType)
export class DatasetVersionResolver {
  /** The name of the dataset. */
  @FieldResolver(() => String)
  async dataset(@Root() version: DatasetVersion, @Ctx() { loaders }: RequestContext): Promise<string> {
    return (await loaders.parent(Dataset, version.datasetId)).name;
  }
}
