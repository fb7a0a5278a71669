import { servingOptionsSchema, type ServingOptions } from '@millrace/contracts';
import { type Model, ModelAlias, ModelVersion } from '@millrace/db';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { ConfigureServingInput, RegisterModelVersionInput, SetModelAliasInput } from './model.inputs.ts';
import type { ModelService } from './model.service.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { ModelAliasType, ModelConnection, ModelType, ModelVersionConnection, ModelVersionType } from './model.type.ts';
import { registerModelVersion } from './register-model-version.ts';
import type { ServedArtifacts } from './served-artifact.ts';

@Resolver(() => ModelType)
export class ModelResolver {
  readonly #models: ModelService;
  readonly #artifacts: ServedArtifacts;

  constructor(collaborators: { readonly models: ModelService; readonly artifacts: ServedArtifacts }) {
    this.#models = collaborators.models;
    this.#artifacts = collaborators.artifacts;
  }

  @Query(() => ModelType)
  model(@Arg('name', () => String) name: string, @Ctx() { work }: AuthorisedContext): Promise<Model> {
    return this.#models.find(work, name);
  }

  @Query(() => ModelConnection)
  async models(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<ModelType>> {
    return toConnection(await this.#models.list(work, pageRequest(first, after)));
  }

  @Query(() => ModelVersionType)
  modelVersion(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<ModelVersion> {
    return this.#models.findVersion(work, id);
  }

  @FieldResolver(() => ModelVersionConnection)
  async versions(
    @Root() model: Model,
    @First() first: number,
    @After() after: string | undefined,
    @Ctx() { loaders }: RequestContext,
  ): Promise<Connection<ModelVersionType>> {
    return toConnection(await loaders.childPage(ModelVersion, 'modelId', model.id, pageRequest(first, after)));
  }

  @FieldResolver(() => [ModelAliasType])
  aliases(@Root() model: Model, @Ctx() { loaders }: RequestContext): Promise<ModelAliasType[]> {
    return loaders.children(ModelAlias, 'modelId', model.id);
  }

  /** How its versions are served, defaults filled in. */
  @FieldResolver(() => JsonScalar)
  serving(@Root() model: Model): ServingOptions {
    return servingOptionsSchema.parse(model.serving);
  }

  @Mutation(() => ModelType)
  configureServing(@Arg('input', () => ConfigureServingInput) input: ConfigureServingInput, @Ctx() { work }: AuthorisedContext): Promise<Model> {
    return this.#models.configureServing(work, input);
  }

  @Mutation(() => ModelVersionType)
  registerModelVersion(
    @Arg('input', () => RegisterModelVersionInput) input: RegisterModelVersionInput,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<ModelVersion> {
    return registerModelVersion(work, this.#artifacts, input);
  }

  @Mutation(() => ModelAliasType)
  setModelAlias(@Arg('input', () => SetModelAliasInput) input: SetModelAliasInput, @Ctx() { work }: AuthorisedContext): Promise<ModelAlias> {
    return this.#models.setAlias(work, input);
  }
}
