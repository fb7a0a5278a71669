import { Sweep, type DataSource } from '@millrace/db';
import type { Metrics } from './metrics.ts';

/** The sweeps of what is kept no longer. The monitor workers do them; whoever reads `/metrics` learns here that they are done. */
const SWEEPS = ['retention', 'datasets'] as const;

/** The etl workers compare the commits of the lakehouse with the versions of datasets, and leave here what they found. */
const RECONCILE = 'reconcile';
const DISAGREEMENTS = ['commitsWithoutVersion', 'versionsWithoutCommit', 'quarantineWithoutLoad'] as const;

/** Reads what the sweeps did last for the gauges, which cannot wait for the database. */
export class SweepGauges {
  readonly #dataSource: DataSource;
  #sweeps: readonly Sweep[] = [];

  constructor({ dataSource, metrics }: { readonly dataSource: DataSource; readonly metrics: Metrics }) {
    this.#dataSource = dataSource;
    const last = (name: string): Sweep | undefined => this.#sweeps.find((sweep) => sweep.name === name);
    // Infinite where it was never done: an alert on the age is right then, too.
    const age = (name: string): number => (Date.now() - (last(name)?.sweptAt?.getTime() ?? Number.NEGATIVE_INFINITY)) / 1000;
    for (const name of [...SWEEPS, RECONCILE]) metrics.gauge('millrace_sweep_age_seconds', { sweep: name }, () => age(name));
    for (const name of SWEEPS)
      metrics.gauge('millrace_sweep_removed', { sweep: name }, () => Object.values(last(name)?.result ?? {}).reduce((sum, count) => sum + count, 0));
    for (const kind of DISAGREEMENTS) metrics.gauge('millrace_lakehouse_disagreements', { kind }, () => last(RECONCILE)?.result?.[kind] ?? 0);
  }

  /** Nothing is moved by it. */
  async refresh(): Promise<number> {
    this.#sweeps = await this.#dataSource.manager.find(Sweep);
    return 0;
  }
}
