import { Sweep, type DataSource } from '@millrace/db';
import type { Metrics } from './metrics.ts';

/** The sweeps of what is kept no longer. The monitor workers do them; whoever reads `/metrics` learns here that they are done. */
const SWEEPS = ['retention', 'datasets'] as const;

/** Reads what the sweeps did last for the gauges, which cannot wait for the database. */
export class SweepGauges {
  readonly #dataSource: DataSource;
  #sweeps: readonly Sweep[] = [];

  constructor({ dataSource, metrics }: { readonly dataSource: DataSource; readonly metrics: Metrics }) {
    this.#dataSource = dataSource;
    for (const name of SWEEPS) {
      const last = (): Sweep | undefined => this.#sweeps.find((sweep) => sweep.name === name);
      // Infinite where it was never done: an alert on the age is right then, too.
      metrics.gauge('millrace_sweep_age_seconds', { sweep: name }, () => (Date.now() - (last()?.sweptAt?.getTime() ?? Number.NEGATIVE_INFINITY)) / 1000);
      metrics.gauge('millrace_sweep_removed', { sweep: name }, () => Object.values(last()?.result ?? {}).reduce((sum, count) => sum + count, 0));
    }
  }

  /** Nothing is moved by it. */
  async refresh(): Promise<number> {
    this.#sweeps = await this.#dataSource.manager.find(Sweep);
    return 0;
  }
}
