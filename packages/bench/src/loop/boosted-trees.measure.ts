import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainingSpecSchema } from '@millrace/contracts';
import { FEATURES, TRAINING } from '@millrace/example-flight-delays';
import { readColumns, readSnapshot } from '@millrace/lakehouse';
import { runTrainingInThread, type NumberColumn, type Table } from '@millrace/learning';
import type { Measure } from '../measure.ts';
import { loadDepartures } from './departures.ts';

/** Boosted trees with the default parameters on January to March: split, binning, learning, evaluation and export. */
export async function measureBoostedTrees(): Promise<Measure> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-trees-'));
  await loadDepartures(folder);
  const path = join(folder, 'departures');
  const { columns } = await readSnapshot(path);
  const table = await readTable(path);
  await rm(folder, { recursive: true, force: true });
  const spec = trainingSpecSchema.parse({
    trainer: 'gradient-boosted-trees',
    features: FEATURES,
    label: 'late',
    split: { kind: 'time', timeColumn: 'departed_at', ...TRAINING },
  });
  const start = performance.now();
  const { metrics, data } = await runTrainingInThread({ spec, table, columns });
  const seconds = (performance.now() - start) / 1000;
  return {
    what: `boosted trees, AUC ${metrics['auc']?.toFixed(4)}`,
    value: seconds,
    unit: 's',
    bar: { atMost: 30 },
    peer: { what: 'training rows (≥ 300,000)', value: data.trainingRows, unit: 'rows' },
  };
}

async function readTable(path: string): Promise<Table> {
  const { rows, columns } = await readColumns({
    table: path,
    columns: [...FEATURES, 'late', 'departed_at'],
    timeColumn: 'departed_at',
    start: new Date(TRAINING.start),
    end: new Date(TRAINING.end),
  });
  const numbers = (name: string): Float64Array => (columns[name] as NumberColumn).values;
  return { rows, columns, label: Uint8Array.from(numbers('late')), time: numbers('departed_at') };
}
