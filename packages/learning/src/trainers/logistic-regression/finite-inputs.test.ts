import { expect, it } from 'vitest';
import type { Column } from '@millrace/contracts';
import { featuresOf } from '../../features.ts';
import { runOnnx } from '../../run-onnx.fixture.ts';
import { seededRandom } from '../../random.ts';
import type { Table } from '../../table/table.ts';
import { logisticRegressionTrainer } from './logistic-regression.trainer.ts';

const NAMES = ['small', 'tiny', 'constant', 'huge', 'edge'];
const COLUMNS: readonly Column[] = NAMES.map((name) => ({ name, type: 'double', nullable: true }));
const LARGEST = 3.4028234663852886e38;

/** Columns of very different magnitudes, each of which says something. */
function tableOf(rows: number, valueOf: (name: string, label: number, row: number) => number): Table {
  const random = seededRandom(8);
  const label = Uint8Array.from({ length: rows }, () => (random() < 0.4 ? 1 : 0));
  const columns = NAMES.map((name): [string, Table['columns'][string]] => [
    name,
    { type: 'number', values: Float64Array.from(label, (positive, row) => valueOf(name, positive, row)) },
  ]);
  return { rows, label, time: new Float64Array(rows), columns: Object.fromEntries(columns) };
}

const random = seededRandom(9);
const SCALES: Readonly<Record<string, number>> = { small: 1e-20, tiny: 1e-28, constant: 0, huge: 1e37, edge: LARGEST };
const train = tableOf(2000, (name, label) => Math.max(-1, Math.min(1, random() - 0.5 + 0.2 * label * (name === 'tiny' ? -1 : 1))) * (SCALES[name] ?? 0));
const EXTREMES = [LARGEST, -LARGEST, 1, -1, 0, 1e-45, NaN];

it.each([0, 1])('gives a probability for every finite number, in the exported graph, too (L2 %i)', async (l2) => {
  const features = featuresOf(train, COLUMNS).map((feature) => ({ ...feature, datatype: 'FP32' as const }));
  const model = logisticRegressionTrainer.train({ train, validation: train, features }, { seed: 1, parameters: { l2 } });
  const extreme = tableOf(7 ** 5, (name, _, row) => EXTREMES[Math.floor(row / 7 ** NAMES.indexOf(name)) % 7] ?? 0);
  for (const table of [train, extreme]) {
    const scores = model.predict(table);
    const served = await runOnnx(model.toOnnx(), table, features);
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(Math.max(...scores.map((score, row) => Math.abs(score - (served[row] ?? NaN))))).toBeLessThan(1e-6);
  }
});
