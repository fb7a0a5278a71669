import type { TrainingSpecInput } from '@millrace/contracts';
import { send, type Client } from '../client.ts';
import { getTrainingMetrics, getTrainingRun, startTrainingRun } from '../generated/operations.ts';
import { TrainingRunHandle } from '../handles/training-run-handle.ts';
import type { TrainingMetric, TrainingRun } from '../nouns/science.ts';
import type { CallOptions } from '../options.ts';

/**
 * What a training run is asked to do.
 *
 * @example
 * ```ts
 * import type { TrainingRunInput } from '@millrace/sdk';
 * const again = (input: TrainingRunInput, seed: number): TrainingRunInput => ({ ...input, spec: { ...input.spec, seed } });
 * ```
 */
export interface TrainingRunInput {
  readonly experimentId: string;
  readonly datasetVersionId: string;
  readonly spec: TrainingSpecInput;
  readonly codeReference?: string;
}

/**
 * Attempts to train a model.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const run = await millrace.trainingRuns.start({
 *   experimentId: 'exp_…', datasetVersionId: 'dsv_…',
 *   spec: {
 *     trainer: 'gradient-boosted-trees', features: ['origin', 'distance'], label: 'late',
 *     split: { kind: 'time', timeColumn: 'departed_at', validationStart: '2001-03-16T00:00:00Z' },
 *   },
 * });
 * const { metrics } = await run.wait({ timeoutSeconds: 300 });
 * ```
 */
export class TrainingRunsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async start(input: TrainingRunInput, options?: CallOptions): Promise<TrainingRunHandle> {
    return this.#handle((await send(this.#client, startTrainingRun, input, options)).startTrainingRun as TrainingRun);
  }

  async get(id: string, options?: CallOptions): Promise<TrainingRun> {
    return (await this.#client.transport.execute(getTrainingRun, { id }, options)).trainingRun as TrainingRun;
  }

  /** What the run has reported so far, or one metric of it. */
  async metrics(id: string, name?: string): Promise<readonly TrainingMetric[]> {
    return (await this.#client.transport.execute(getTrainingMetrics, { id, ...(name !== undefined && { name }) })).trainingRun.metricHistory;
  }

  /** A handle on a run that was started earlier. */
  async handle(id: string): Promise<TrainingRunHandle> {
    return this.#handle(await this.get(id));
  }

  #handle({ id, job }: TrainingRun): TrainingRunHandle {
    return new TrainingRunHandle(this.#client, { id, jobId: job.id }, () => this.get(id));
  }
}
