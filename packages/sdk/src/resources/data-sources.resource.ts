import { pagesOf, send, type Client } from '../client.ts';
import { createDataSource, listDataSources, setReadingDefinition, type CreateDataSourceInput, type ReadingDefinitionInput } from '../generated/operations.ts';
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
    return (await send(this.#client, createDataSource, input, options)).createDataSource as DataSource;
  }

  /**
   * Changes how the files of a data source are read, from the next run on. The definition takes the place of the whole one before: what it leaves
   * out is found over the whole of the files.
   *
   * @example
   * ```ts
   * import { Millrace } from '@millrace/sdk';
   * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
   * await millrace.dataSources.setReading('src_…', { delimiter: ';', decimalSeparator: ',', columns: [{ name: 'postcode', type: 'string' }] });
   * ```
   */
  async setReading(dataSourceId: string, reading: ReadingDefinitionInput, options?: CallOptions): Promise<DataSource> {
    return (await send(this.#client, setReadingDefinition, { dataSourceId, reading }, options)).setReadingDefinition as DataSource;
  }

  list(request?: PageRequest): Pages<DataSource> {
    return pagesOf(this.#client, listDataSources, {}, ({ dataSources }) => dataSources, request);
  }
}
