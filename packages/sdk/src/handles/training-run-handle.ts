import { getTrainingMetrics } from '../generated/operations.ts';
import type { TrainingMetric, TrainingRun } from '../nouns/science.ts';
import { JobHandle } from './job-handle.ts';

/**
 * A training run that was started. `metrics` streams what it reports while it runs.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const run = await millrace.trainingRuns.handle('trun_…');
 * for await (const { name, step, value } of run.metrics()) console.log(name, step, value);
 * const { metrics } = await run.wait();
 * ```
 */
export class TrainingRunHandle extends JobHandle<TrainingRun> {
  /** Every value that the run reports, in order, until its job ends. */
  async *metrics(options: { readonly name?: string; readonly signal?: AbortSignal } = {}): AsyncGenerator<TrainingMetric> {
    const seen = new Set<string>();
    const variables = { id: this.id, ...(options.name !== undefined && { name: options.name }) };
    for await (const job of this.progress(options.signal)) {
      if (job.status === 'QUEUED') continue;
      const { trainingRun } = await this.client.transport.execute(getTrainingMetrics, variables);
      for (const metric of trainingRun.metricHistory) {
        const key = `${metric.name}/${metric.step}`;
        if (!seen.has(key)) yield metric;
        seen.add(key);
      }
    }
  }
}
