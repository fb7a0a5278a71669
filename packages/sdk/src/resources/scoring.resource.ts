import { pagesOf, send, type Client } from '../client.ts';
import { createScoringRun, getScoringRun, listScoringRuns } from '../generated/operations.ts';
import { JobHandle } from '../handles/job-handle.ts';
import type { ScoringRun } from '../nouns/scoring.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * What is scored, by which model version, and where the predictions go.
 *
 * @example
 * ```ts
 * import type { ScoringRunInput } from '@millrace/sdk';
 * const input: ScoringRunInput = { modelVersionId: 'mv_…', datasetVersionId: 'dsv_…', outputDataset: 'flight_scores', keyColumns: ['flight_id'] };
 * ```
 */
export interface ScoringRunInput {
  readonly modelVersionId: string;
  readonly datasetVersionId: string;
  /** The name of a dataset. It is made when there is none. */
  readonly outputDataset: string;
  /** Columns that are carried over beside the predictions. Default none. */
  readonly keyColumns?: readonly string[];
  /** The environment whose processes take it. Default any. */
  readonly environment?: string;
}

/**
 * Batch inference: every row of a dataset version through a model version, into a dataset version of predictions.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const run = await millrace.scoring.create({ modelVersionId: 'mv_…', datasetVersionId: 'dsv_…', outputDataset: 'flight_scores', keyColumns: ['flight_id'] });
 * const { rows, outputDatasetVersionId } = await run.wait({ timeoutSeconds: 600, onProgress: ({ progress }) => console.log(progress) });
 * ```
 */
export class ScoringResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Fails with `BAD_INPUT` when the dataset version lacks a column that the model takes. Cancel it by the handle. */
  async create(input: ScoringRunInput, options?: CallOptions): Promise<JobHandle<ScoringRun>> {
    return this.#handle((await send(this.#client, createScoringRun, input, options)).createScoringRun as ScoringRun);
  }

  async get(id: string, options?: CallOptions): Promise<ScoringRun> {
    return (await this.#client.transport.execute(getScoringRun, { id }, options)).scoringRun as ScoringRun;
  }

  list(request?: PageRequest): Pages<ScoringRun> {
    return pagesOf(this.#client, listScoringRuns, {}, ({ scoringRuns }) => scoringRuns, request);
  }

  /** A handle on a run that was created earlier. */
  async handle(id: string): Promise<JobHandle<ScoringRun>> {
    return this.#handle(await this.get(id));
  }

  #handle({ id, job }: ScoringRun): JobHandle<ScoringRun> {
    return new JobHandle(this.#client, { id, jobId: job.id }, () => this.get(id));
  }
}
