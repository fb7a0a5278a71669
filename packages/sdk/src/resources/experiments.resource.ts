import { pagesOf, send, type Client } from '../client.ts';
import { createExperiment, getExperiment, listTrainingRuns, type CreateExperimentInput } from '../generated/operations.ts';
import type { Experiment, TrainingRun } from '../nouns/science.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Named lines of work that hold training runs.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const experiment = await millrace.experiments.create({ useCaseId: 'uc_…', name: 'first models' });
 * for await (const run of millrace.experiments.runs(experiment.id)) console.log(run.spec.trainer, run.metrics);
 * ```
 */
export class ExperimentsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(input: CreateExperimentInput, options?: CallOptions): Promise<Experiment> {
    return (await send(this.#client, createExperiment, input, options)).createExperiment;
  }

  async get(id: string, options?: CallOptions): Promise<Experiment> {
    return (await this.#client.transport.execute(getExperiment, { id }, options)).experiment;
  }

  runs(id: string, request?: PageRequest): Pages<TrainingRun> {
    return pagesOf(this.#client, listTrainingRuns, { id }, ({ experiment }) => experiment.runs, request);
  }
}
