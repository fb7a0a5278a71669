import type { ServingOptionsInput } from '@millrace/contracts';
import { pagesOf, send, type Client } from '../client.ts';
import {
  configureServing,
  getModel,
  getModelVersion,
  listModelVersions,
  listModels,
  registerModelVersion,
  setModelAlias,
  type RegisterModelVersionInput,
  type SetModelAliasInput,
} from '../generated/operations.ts';
import type { Model, ModelAlias, ModelVersion } from '../nouns/science.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Named models, their immutable versions, and the aliases that move over them.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const version = await millrace.models.register({ trainingRunId: 'trun_…', model: 'late-flights' });
 * console.log(version.version, version.signature.inputs, version.modelCard);
 * ```
 */
export class ModelsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Makes the result of a training run the next version of a model; the model is created when it is new. */
  async register(input: RegisterModelVersionInput, options?: CallOptions): Promise<ModelVersion> {
    return (await send(this.#client, registerModelVersion, input, options)).registerModelVersion as ModelVersion;
  }

  async get(name: string, options?: CallOptions): Promise<Model> {
    return (await this.#client.transport.execute(getModel, { name }, options)).model as Model;
  }

  list(request?: PageRequest): Pages<Model> {
    return pagesOf(this.#client, listModels, {}, ({ models }) => models, request);
  }

  async version(id: string, options?: CallOptions): Promise<ModelVersion> {
    return (await this.#client.transport.execute(getModelVersion, { id }, options)).modelVersion as ModelVersion;
  }

  versions(name: string, request?: PageRequest): Pages<ModelVersion> {
    return pagesOf(this.#client, listModelVersions, { name }, ({ model }) => model.versions, request);
  }

  /** Replaces how the versions of a model are served; what is left out has its default again. Nodes learn of it within a heartbeat. */
  async configureServing(model: string, options: ServingOptionsInput, call?: CallOptions): Promise<Model> {
    return (await send(this.#client, configureServing, { model, options }, call)).configureServing as Model;
  }

  async setAlias(input: SetModelAliasInput, options?: CallOptions): Promise<ModelAlias> {
    return (await send(this.#client, setModelAlias, input, options)).setModelAlias;
  }
}
