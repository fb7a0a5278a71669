import { expect, it } from 'vitest';
import type { Feature } from '../../features.ts';
import { seededRandom } from '../../random.ts';
import { sigmoid } from '../../sigmoid.ts';
import { syntheticInput } from '../../synthetic-flights.fixture.ts';
import type { Table } from '../../table/table.ts';
import { logisticRegressionTrainer } from './logistic-regression.trainer.ts';

it('finds the probabilities of a linear cause, whatever the scale of its columns', () => {
  const random = seededRandom(11);
  const rows = 40_000;
  const metres = Float64Array.from({ length: rows }, () => 1e5 + 2e4 * random());
  const rate = Float64Array.from({ length: rows }, () => 1e-3 * random());
  const truth = metres.map((value, row) => sigmoid(-1 + (value - 1.1e5) / 5e3 + ((rate[row] ?? 0) - 5e-4) * 4e3));
  const table: Table = {
    rows,
    time: new Float64Array(rows),
    label: Uint8Array.from(truth, (probability) => (random() < probability ? 1 : 0)),
    columns: { metres: { type: 'number', values: metres }, rate: { type: 'number', values: rate } },
  };
  const features = ['metres', 'rate'].map((name) => ({ column: { name, type: 'double', nullable: true }, datatype: 'FP32' }) as const);
  const scores = logisticRegressionTrainer.train({ train: table, validation: table, features }, { seed: 1 }).predict(table);
  const worst = Math.max(...scores.map((score, row) => Math.abs(score - (truth[row] ?? 0))));
  expect(worst).toBeLessThan(0.03);
});

const withTiny = (table: Table): Table => ({
  ...table,
  columns: { ...table.columns, tiny: { type: 'number', values: Float64Array.from({ length: table.rows }, (_, row) => (row % 7) * 1e-41) } },
});

it('a column of numbers near the smallest that 32 bits hold leaves the probabilities finite', () => {
  const { train, validation, features } = syntheticInput(2000);
  const tiny: Feature = { column: { name: 'tiny', type: 'double', nullable: true }, datatype: 'FP32' };
  const model = logisticRegressionTrainer.train({ train: withTiny(train), validation: withTiny(validation), features: [...features, tiny] }, { seed: 1 });
  expect(model.predict(withTiny(validation)).every((score) => score > 0 && score < 1)).toBe(true);
});
