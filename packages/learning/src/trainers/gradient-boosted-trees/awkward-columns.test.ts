import { expect, it } from 'vitest';
import type { Column } from '@millrace/contracts';
import { featuresOf } from '../../features.ts';
import { runOnnx } from '../../run-onnx.fixture.ts';
import { seededRandom } from '../../random.ts';
import type { Table } from '../../table/table.ts';
import { trainerNamed } from '../trainers.ts';

const COLUMNS: readonly Column[] = ['gap', 'constant', 'empty', 'huge', 'close'].map((name) => ({ name, type: 'double', nullable: true }));

/** `gap` is 5 or missing and decides the label; `close` differs by less than 32 bits can hold. */
function awkwardTable(rows: number, seed = 1): Table {
  const random = seededRandom(seed);
  const gap = Float64Array.from({ length: rows }, () => (random() < 0.5 ? NaN : 5));
  const number = (value: () => number): { type: 'number'; values: Float64Array } => ({ type: 'number', values: Float64Array.from({ length: rows }, value) });
  return {
    rows,
    time: new Float64Array(rows),
    label: Uint8Array.from(gap, (value) => (random() < (Number.isNaN(value) ? 0.9 : 0.1) ? 1 : 0)),
    columns: {
      gap: { type: 'number', values: gap },
      constant: number(() => 3),
      empty: number(() => NaN),
      huge: number(() => (random() - 0.5) * 1e30),
      close: number(() => 1e9 + random()),
    },
  };
}

it('a number beyond 32-bit floats is TRAINING_DATA_UNUSABLE', () => {
  const table = awkwardTable(10);
  const columns = { ...table.columns, huge: { type: 'number', values: new Float64Array(10).fill(1e39) } } as const;
  expect(() => featuresOf({ ...table, columns }, COLUMNS)).toThrow(
    expect.objectContaining({ code: 'TRAINING_DATA_UNUSABLE', fields: { column: 'huge', value: 1e39 } }),
  );
});

it.each(['gradient-boosted-trees', 'logistic-regression'])(
  '%s learns from the gaps of a constant column, survives useless ones, and exports both',
  async (name) => {
    const table = awkwardTable(2000);
    const features = featuresOf(table, COLUMNS);
    const model = trainerNamed(name).train({ train: table, validation: awkwardTable(2000, 2), features }, { seed: 1 });
    const scores = model.predict(table);
    expect(scores.every((score, row) => score > 0.5 === Number.isNaN((table.columns['gap'] as { values: Float64Array }).values[row]))).toBe(true);
    const served = await runOnnx(model.toOnnx(), table, features);
    expect(Math.max(...scores.map((score, row) => Math.abs(score - (served[row] ?? NaN))))).toBeLessThan(1e-6);
  },
);
