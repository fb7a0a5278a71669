import { expect, it } from 'vitest';
import { findTrappingOperators, followRows, readOnnxModel } from '@millrace/onnx-graph';
import { auc } from '@millrace/statistics';
import { runOnnx } from '../../run-onnx.fixture.ts';
import type { Table } from '../../table/table.ts';
import type { TrainedModel } from '../../trainer.ts';
import { chooseCategoryBins } from './category-bins.ts';
import { pairFeatures, pairTable } from './category-columns.fixture.ts';
import { gradientBoostedTreesTrainer } from './gradient-boosted-trees.trainer.ts';

const train = pairTable(40_000, 1).table;
const few = pairTable(6000, 4).table;
const validation = pairTable(5000, 2).table;
const test = pairTable(10_000, 3);

function trained(parameters: Readonly<Record<string, number>> = {}, rows = train): TrainedModel {
  return gradientBoostedTreesTrainer.train({ train: rows, validation, features: pairFeatures(train) }, { seed: 1, parameters });
}

/** Rows with strings that training never saw, and with none. */
function withStrangers({ columns, ...table }: Table): Table {
  const strange = Object.entries(columns).map(([name, column]): [string, Table['columns'][string]] => {
    if (column.type !== 'category') return [name, column];
    const codes = column.codes.map((code, row) => (row % 11 === 0 ? column.dictionary.length : row % 13 === 0 ? -1 : code));
    return [name, { ...column, codes, dictionary: [...column.dictionary, 'a stranger'] }];
  });
  return { ...table, columns: Object.fromEntries(strange) };
}

it('categories that say something only together are learned almost as well as can be', () => {
  const scores = trained().predict(test.table);
  expect(auc(test.truth, test.table.label) - auc(scores, test.table.label)).toBeLessThan(0.015);
});

it('the exported graph decides by sets of categories as the trees do', async () => {
  const table = withStrangers(test.table);
  for (const parameters of [
    {},
    { categoriesPerSplit: 254, minimumGroupRows: 1, leaves: 255, trees: 20 },
    { bins: 4 },
    { bins: 12, trees: 800, learningRate: 0.3, leaves: 8, earlyStoppingRounds: 0 },
  ]) {
    const model = trained(parameters, few);
    const expected = model.predict(table);
    const served = await runOnnx(model.toOnnx(), table, pairFeatures(table));
    expect(Math.max(...expected.map((score, row) => Math.abs(score - (served[row] ?? NaN))))).toBeLessThan(1e-6);
  }
});

it('the exported graph is proven to keep rows apart, and no operator of it traps', () => {
  const model = readOnnxModel(trained().toOnnx());
  expect(followRows(model)).toEqual({ proven: true });
  expect(findTrappingOperators(model)).toEqual([]);
});

it('a feature of more categories than bins has one input and one importance', () => {
  const model = trained();
  expect(readOnnxModel(model.toOnnx()).graph.inputs.map(({ name }) => name)).toEqual(['from', 'to', 'tail']);
  const { importance } = model.describe();
  expect(Object.keys(importance)).toEqual(['from', 'to', 'tail']);
  expect(Object.values(importance).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
});

it('the most frequent categories have bins, in the order of their share of positive labels; a missing one is a category', () => {
  const codes = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, -1, -1, -1, 3, 3, 3);
  const label = Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1, 0);
  const column = { type: 'category', codes, dictionary: ['late', 'early', 'rare', 'other'] } as const;
  const all = chooseCategoryBins(column, label, 255);
  expect(all).toEqual({ complete: true, encoding: { keys: ['early', 'other', '', 'late'], values: Float32Array.of(1, 2, 3, 4), fallback: 0 } });
  const two = chooseCategoryBins(column, label, 3);
  expect(two).toEqual({ complete: false, encoding: { keys: ['early', 'late'], values: Float32Array.of(1, 2), fallback: 0 } });
});
