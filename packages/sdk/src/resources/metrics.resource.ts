import { isoTime, pagesOf, send, type Client } from '../client.ts';
import { createMetric, getMetric, listObservations, recordObservation, type CreateMetricInput, type RecordObservationInput } from '../generated/operations.ts';
import type { Metric, Observation } from '../nouns/product.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Named time series of use cases, and their observations.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const revenue = await millrace.metrics.create({ useCaseId: 'uc_…', name: 'revenue', source: 'BUSINESS', unit: 'USD', direction: 'INCREASE' });
 * await millrace.metrics.record({ metricId: revenue.id, observedAt: new Date(), value: 1_250_000 });
 * ```
 */
export class MetricsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(input: CreateMetricInput, options?: CallOptions): Promise<Metric> {
    return (await send(this.#client, createMetric, input, options)).createMetric;
  }

  async get(id: string, options?: CallOptions): Promise<Metric> {
    return (await this.#client.transport.execute(getMetric, { id }, options)).metric;
  }

  /** Pushes one observation. Only metrics of source `BUSINESS` take them from outside. */
  async record(input: Omit<RecordObservationInput, 'observedAt'> & { readonly observedAt: string | Date }, options?: CallOptions): Promise<Observation> {
    return (await send(this.#client, recordObservation, { ...input, observedAt: isoTime(input.observedAt) }, options)).recordObservation;
  }

  observations(id: string, request?: PageRequest): Pages<Observation> {
    return pagesOf(this.#client, listObservations, { id }, ({ metric }) => metric.observations, request);
  }
}
