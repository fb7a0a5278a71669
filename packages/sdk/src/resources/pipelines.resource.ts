import { isoTime, pagesOf, send, type Client } from '../client.ts';
import { createPipeline, getPipeline, getPipelineRun, listPipelineRuns, listPipelines, startPipelineRuns } from '../generated/operations.ts';
import { JobHandle } from '../handles/job-handle.ts';
import type { Interval, Pipeline, PipelineDefinitionInput, PipelineRun } from '../nouns/data.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * Versioned definitions of extract → transform → expect → load, and their runs.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const pipeline = await millrace.pipelines.create({
 *   name: 'departures',
 *   definition: {
 *     sources: [{ name: 'flights', dataSourceId: 'src_…' }],
 *     transform: 'SELECT * FROM flights WHERE date >= $interval_start AND date < $interval_end',
 *     expectations: [{ name: 'a_distance', kind: 'between', column: 'distance', minimum: 1, severity: 'QUARANTINE' }],
 *     dataset: 'departures',
 *   },
 * });
 * const runs = await millrace.pipelines.run(pipeline.id, [{ start: '2001-01-01T00:00:00Z', end: '2001-02-01T00:00:00Z' }]);
 * const finished = await Promise.all(runs.map((run) => run.wait()));
 * ```
 */
export class PipelinesResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Creates a pipeline, or its next version when the name is taken. */
  async create(
    input: { readonly name: string; readonly useCaseId?: string; readonly definition: PipelineDefinitionInput },
    options?: CallOptions,
  ): Promise<Pipeline> {
    return (await send(this.#client, createPipeline, input, options)).createPipeline as Pipeline;
  }

  async get(id: string, options?: CallOptions): Promise<Pipeline> {
    return (await this.#client.transport.execute(getPipeline, { id }, options)).pipeline as Pipeline;
  }

  list(request?: PageRequest): Pages<Pipeline> {
    return pagesOf(this.#client, listPipelines, {}, ({ pipelines }) => pipelines, request);
  }

  /** Starts one run per interval. Running an interval again replaces its rows exactly once. */
  async run(pipelineId: string, intervals: readonly Interval[], options?: CallOptions): Promise<JobHandle<PipelineRun>[]> {
    const input = { pipelineId, intervals: intervals.map(({ start, end }) => ({ start: isoTime(start), end: isoTime(end) })) };
    const { startPipelineRuns: runs } = await send(this.#client, startPipelineRuns, input, options);
    return runs.map((run) => this.#handle(run as PipelineRun));
  }

  async getRun(id: string, options?: CallOptions): Promise<PipelineRun> {
    return (await this.#client.transport.execute(getPipelineRun, { id }, options)).pipelineRun as PipelineRun;
  }

  runs(pipelineId: string, request?: PageRequest): Pages<PipelineRun> {
    return pagesOf(this.#client, listPipelineRuns, { id: pipelineId }, ({ pipeline }) => pipeline.runs, request);
  }

  /** A handle on a run that was started earlier. */
  async runHandle(id: string): Promise<JobHandle<PipelineRun>> {
    return this.#handle(await this.getRun(id));
  }

  #handle({ id, job }: PipelineRun): JobHandle<PipelineRun> {
    return new JobHandle(this.#client, { id, jobId: job.id }, () => this.getRun(id));
  }
}
