import { describe, expect, it } from 'vitest';
import type { TrainerName } from '@millrace/contracts';
import type { TrainedModel, TrainerInput } from '../trainer.ts';
import { runOnnx } from '../run-onnx.fixture.ts';
import { syntheticInput } from '../synthetic-flights.fixture.ts';
import type { Table } from '../table/table.ts';
import { trainerNamed } from './trainers.ts';

const NAMES: readonly TrainerName[] = ['baseline', 'logistic-regression', 'gradient-boosted-trees'];
const input = syntheticInput(12_000);

function train(name: TrainerName, from: TrainerInput = input): TrainedModel {
  return trainerNamed(name).train(from, { seed: 3, parameters: name === 'gradient-boosted-trees' ? { trees: 60 } : {} });
}

/** Validation rows with categories that training never saw. */
function withUnseen(table: Table): Table {
  const origin = table.columns['origin'];
  if (origin?.type !== 'category') throw new Error('The fixture has changed.');
  const codes = origin.codes.map((code, row) => (row % 7 === 0 ? origin.dictionary.length : code));
  return { ...table, columns: { ...table.columns, origin: { type: 'category', codes, dictionary: [...origin.dictionary, 'NEW'] } } };
}

/** Validation rows that lack what no training row lacked, and whole numbers that 32 bits cannot hold. */
function withGaps(table: Table): Table {
  const gaps = (name: string, every: number) => {
    const column = table.columns[name];
    if (column?.type !== 'number') throw new Error('The fixture has changed.');
    return {
      type: 'number',
      values: column.values.map((value, row) => (row % every === 0 ? NaN : row % every === 1 ? 2 ** 53 - 2 ** 29 - 1 : value)),
    } as const;
  };
  return { ...table, columns: { ...table.columns, hour: gaps('hour', 5), weekend: gaps('weekend', 7) } };
}

describe.each(NAMES)('%s', (name) => {
  it('the exported graph takes missing values where training had none, and gives the probabilities of predict', async () => {
    const model = train(name);
    const table = withGaps(input.validation);
    const expected = model.predict(table);
    const actual = await runOnnx(model.toOnnx(), table, input.features);
    expect(expected.reduce((most, value, row) => Math.max(most, Math.abs(value - (actual[row] ?? NaN))), 0)).toBeLessThan(1e-5);
    expect(actual.every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  it('the exported graph gives the probabilities of predict, also for unseen categories and missing values', async () => {
    const model = train(name);
    const table = withUnseen(input.validation);
    const expected = model.predict(table);
    const actual = await runOnnx(model.toOnnx(), table, input.features);
    expect(actual.length).toBe(table.rows);
    const worst = expected.reduce((most, value, row) => Math.max(most, Math.abs(value - (actual[row] ?? NaN))), 0);
    expect(worst).toBeLessThan(1e-6);
  });

  it('the same seed gives the same bytes', () => {
    expect(train(name).toOnnx()).toEqual(train(name).toOnnx());
  });

  it('reports progress that only grows', () => {
    const fractions: number[] = [];
    trainerNamed(name).train(input, { seed: 1, onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.length).toBeGreaterThan(0);
  });
});

it('learns a non-linear cause better than a linear model, and that better than the prior', () => {
  const losses = NAMES.map((name) => {
    const scores = train(name).predict(input.validation);
    return scores.reduce((sum, p, row) => sum - Math.log(input.validation.label[row] === 1 ? p : 1 - p), 0) / scores.length;
  });
  expect(losses[1]).toBeLessThan(losses[0] ?? 0);
  expect(losses[2]).toBeLessThan(losses[1] ?? 0);
});

it('a cancelled training throws JOB_CANCELLED', () => {
  for (const name of ['logistic-regression', 'gradient-boosted-trees'] as const) {
    expect(() => trainerNamed(name).train(input, { seed: 1, signal: { aborted: true } })).toThrow(expect.objectContaining({ code: 'JOB_CANCELLED' }));
  }
});

it('names the trainers that exist when asked for another', () => {
  expect(() => trainerNamed('deep-thought')).toThrow(expect.objectContaining({ code: 'TRAINER_UNKNOWN' }));
});

it('refuses a parameter that is unknown or out of range, with its range', () => {
  const trees = trainerNamed('gradient-boosted-trees');
  expect(() => trees.train(input, { seed: 1, parameters: { leafs: 3 } })).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', fields: { trainer: 'gradient-boosted-trees', parameter: 'leafs' } }),
  );
  expect(() => trees.train(input, { seed: 1, parameters: { trees: 0 } })).toThrow(/"trees".*from 1 to 5000; got 0/);
  expect(() => trees.train(input, { seed: 1, parameters: { trees: 1.5 } })).toThrow(/whole number/);
});

it('importance shares sum to one and find the cause', () => {
  const { importance } = train('gradient-boosted-trees').describe();
  expect(Object.values(importance).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  expect(importance['hour']).toBeGreaterThan(importance['weekend'] ?? 1);
});
