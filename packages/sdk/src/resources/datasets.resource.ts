import { pagesOf, type Client } from '../client.ts';
import { getDataset, getDatasetVersion, listDatasetVersions, listDatasets } from '../generated/operations.ts';
import type { Dataset, DatasetVersion } from '../nouns/data.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Tables in the lakehouse and their committed versions. Pipelines make them.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const { latestVersion } = await millrace.datasets.get('departures');
 * console.log(latestVersion?.rows, latestVersion?.schema);
 * ```
 */
export class DatasetsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async get(name: string, options?: CallOptions): Promise<Dataset> {
    return (await this.#client.transport.execute(getDataset, { name }, options)).dataset as Dataset;
  }

  list(request?: PageRequest): Pages<Dataset> {
    return pagesOf(this.#client, listDatasets, {}, ({ datasets }) => datasets, request);
  }

  async version(id: string, options?: CallOptions): Promise<DatasetVersion> {
    return (await this.#client.transport.execute(getDatasetVersion, { id }, options)).datasetVersion as DatasetVersion;
  }

  versions(name: string, request?: PageRequest): Pages<DatasetVersion> {
    return pagesOf(this.#client, listDatasetVersions, { name }, ({ dataset }) => dataset.versions, request);
  }
}
