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

  @FieldResolver(() => [String], {
    description: 'What was done to the artifact at registration, in sentences: a ZipMap that was taken out, with the digests before and after.',
  })
  notes(@Root() version: ModelVersion): readonly string[] {
    const { notes } = version.lineage;
    return Array.isArray(notes) ? notes.map(String) : [];
  }

  @FieldResolver(() => [EvaluationType])
  evaluations(@Root() version: ModelVersion, @Ctx() { loaders }: RequestContext): Promise<EvaluationType[]> {
    return loaders.children(Evaluation, 'modelVersionId', version.id);
  }
}
