import { pagesOf, send, type Client } from '../client.ts';
import { createDataSource, listDataSources, type CreateDataSourceInput } from '../generated/operations.ts';
import type { DataSource } from '../nouns/data.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Connections to where data comes from.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const flights = await millrace.dataSources.create({ name: 'flights', format: 'PARQUET', uri: 'file:///data/flights.parquet' });
 * ```
 */
export class DataSourcesResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(input: CreateDataSourceInput, options?: CallOptions): Promise<DataSource> {
    return (await send(this.#client, createDataSource, input, options)).createDataSource;
  }

  list(request?: PageRequest): Pages<DataSource> {
    return pagesOf(this.#client, listDataSources, {}, ({ dataSources }) => dataSources, request);
  }
}
