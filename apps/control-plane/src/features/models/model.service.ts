import { bumpGenerationsServing, insertRow, Model, ModelAlias, ModelVersion } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { findRow, lockRow, readPage, showRow } from '../../loading/scoped-rows.ts';
import type { ConfigureServingInput, SetModelAliasInput } from './model.inputs.ts';

/** Named models, their versions and the names that move between them. */
export class ModelService {
  find(work: Work, name: string): Promise<Model> {
    return showRow(work, Model, 'model', { name });
  }

  list(work: Work, request: PageRequest): Promise<Page<Model>> {
    return readPage(work, Model, request);
  }

  findVersion(work: Work, id: string): Promise<ModelVersion> {
    return showRow(work, ModelVersion, 'model version', { id });
  }

  /** Replaces all options; what is left out has its default again. Nodes that hold a version learn of it with their next heartbeat. */
  async configureServing(work: Work, { model: name, options }: ConfigureServingInput): Promise<Model> {
    const model = await lockRow(work, Model, 'model', { name });
    model.serving = options;
    await work.manager.save(model);
    await bumpGenerationsServing(work.manager, model);
    return model;
  }

  /** Points the alias at the version, wherever it pointed before. */
  async setAlias(work: Work, input: SetModelAliasInput): Promise<ModelAlias> {
    const { manager, workspaceId } = work;
    const model = await lockRow(work, Model, 'model', { name: input.model });
    const version = await findRow(work, ModelVersion, 'model version', { modelId: model.id, version: input.version });
    const alias = await manager.findOneBy(ModelAlias, { workspaceId, modelId: model.id, name: input.name });
    if (alias === null) return insertRow(manager, ModelAlias, { workspaceId, modelId: model.id, name: input.name, modelVersionId: version.id });
    return manager.save(manager.merge(ModelAlias, alias, { modelVersionId: version.id }));
  }
}
