import { expect, it } from 'vitest';
import { runOnnx } from '../../run-onnx.fixture.ts';
import { syntheticInput } from '../../synthetic-flights.fixture.ts';
import { gradientBoostedTreesTrainer } from './gradient-boosted-trees.trainer.ts';

const input = syntheticInput(4000);
const positives = input.train.label.reduce((sum, value) => sum + value, 0);
/** Validation rows that say the contrary of the training rows. */
const contrary = { ...input, validation: { ...input.validation, label: input.validation.label.map((value) => 1 - value) } };

it('where every tree does harm, none is kept: each row gets the share of positive labels, in the exported graph, too', async () => {
  const model = gradientBoostedTreesTrainer.train(contrary, { seed: 1 });
  expect(model.describe().details['trees']).toBe(0);
  expect(Object.values(model.describe().importance)).toEqual(input.features.map(() => 0));
  const prior = positives / input.train.rows;
  const served = await runOnnx(model.toOnnx(), input.validation, input.features);
  expect(model.predict(input.validation).every((score) => Math.abs(score - prior) < 1e-7)).toBe(true);
  expect(served.length).toBe(input.validation.rows);
  expect(served.every((score) => Math.abs(score - prior) < 1e-6)).toBe(true);
});

it('without early stopping all trees are kept, whatever the validation rows say', () => {
  const model = gradientBoostedTreesTrainer.train(contrary, { seed: 1, parameters: { earlyStoppingRounds: 0, trees: 12 } });
  expect(model.describe().details['trees']).toBe(12);
});

it.each([0, 20])('the validation log loss that is stated is that of the trees that are kept (rounds: %i)', (earlyStoppingRounds) => {
  const model = gradientBoostedTreesTrainer.train(input, { seed: 1, parameters: { learningRate: 0.5, earlyStoppingRounds } });
  const scores = model.predict(input.validation);
  const loss = scores.reduce((sum, p, row) => sum - Math.log(input.validation.label[row] === 1 ? p : 1 - p), 0) / scores.length;
  // Predictions are summed in 32 bits.
  expect(model.describe().details['validationLogLoss']).toBeCloseTo(loss, 7);
});

it('ends where no split is allowed, with the progress done', () => {
  const fractions: number[] = [];
  const parameters = { minimumLeafRows: input.train.rows };
  const model = gradientBoostedTreesTrainer.train(input, { seed: 1, parameters, onProgress: (fraction) => fractions.push(fraction) });
  expect(model.describe().details['trees']).toBe(0);
  expect(fractions).toEqual([1]);
});
