import { Evaluation, Model, type ModelVersion } from '@millrace/db';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../context/request-context.ts';
import { EvaluationType, ModelVersionType } from './model.type.ts';

@Resolver(() => ModelVersionType)
export class ModelVersionResolver {
  /** The name of the model. */
  @FieldResolver(() => String)
  async model(@Root() version: ModelVersion, @Ctx() { loaders }: RequestContext): Promise<string> {
    return (await loaders.parent(Model, version.modelId)).name;
  }

  @FieldResolver(() => [EvaluationType])
  evaluations(@Root() version: ModelVersion, @Ctx() { loaders }: RequestContext): Promise<EvaluationType[]> {
    return loaders.children(Evaluation, 'modelVersionId', version.id);
  }
}
