import { ModelVersion } from '@millrace/db';
import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context/request-context.ts';
import { ModelAliasType } from './model.type.ts';

@Resolver(() => ModelAliasType)
export class ModelAliasResolver {
  @FieldResolver(() => Int)
  async version(@Root() alias: ModelAliasType, @Ctx() { loaders }: RequestContext): Promise<number> {
    return (await loaders.parent(ModelVersion, alias.modelVersionId)).version;
  }
}
