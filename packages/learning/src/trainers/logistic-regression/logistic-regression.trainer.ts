import { resolveParameters, type ParameterValues } from '../../parameters.ts';
import { meanLogLoss, priorLogit } from '../../sigmoid.ts';
import type { Table } from '../../table/table.ts';
import type { TrainOptions, Trainer, TrainerInput } from '../../trainer.ts';
import { designColumns, fitDesign, type Design } from './design-columns.ts';
import { contributions, LogisticModel, type Regression, type Term } from './logistic.model.ts';
import { logitsOf } from './logistic-loss.ts';
import { LOGISTIC_SPACE, type LogisticParameter } from './parameter-space.ts';
import { byDescent, byNewton } from './solvers.ts';

const LARGEST_SLOPE = 1e37;
/** A factorisation of so many weights takes a second; beyond, and with more columns, whose pairs are counted for each row, steps that know less are cheaper. */
const NEWTON_WEIGHTS = 1500;
const NEWTON_COLUMNS = 100;

/** Logistic regression on standardised numbers and one weight per frequent category, with an L2 penalty. Has no randomness. */
export const logisticRegressionTrainer: Trainer = {
  name: 'logistic-regression',
  space: LOGISTIC_SPACE,
  train(input, options) {
    const parameters = resolveParameters<LogisticParameter>('logistic-regression', LOGISTIC_SPACE, options.parameters);
    return new LogisticModel(fit(input, parameters, options));
  },
};

/** What is learned, before it is a model. */
export function fit({ train, validation, features }: TrainerInput, parameters: ParameterValues<LogisticParameter>, options: TrainOptions): Regression {
  const designs = fitDesign(train, features, parameters.rareCategoryRows);
  const { columns, weights } = designColumns(train, designs);
  const validationColumns = designColumns(validation, designs).columns;
  const start = new Float64Array(weights);
  start[0] = priorLogit(train.label);
  const solve = weights <= NEWTON_WEIGHTS && columns.length <= NEWTON_COLUMNS ? byNewton : byDescent;
  const { point, iterations } = solve({ columns, label: train.label, l2: parameters.l2, signal: options.signal }, start, parameters, (iteration, loss, at) => {
    const validationLogLoss = meanLogLoss(logitsOf(validationColumns, at, validation.rows), validation.label);
    options.onProgress?.(iteration / parameters.iterations, { trainLogLoss: loss, validationLogLoss });
  });
  return { intercept: Math.fround(point[0] ?? 0), terms: termsOf(train, designs, point), parameters, details: { iterations, weights } };
}

/** Weights of standardised columns as terms on raw columns, in the 32-bit floats that the exported graph holds. */
function termsOf(train: Table, designs: readonly Design[], point: Float64Array): Term[] {
  let offset = 1;
  return designs.map((design) => {
    const weights = point.subarray(offset, (offset += design.weights));
    const term = termOf(design, weights);
    return { ...term, spread: deviation(contributions(train, term)) };
  });
}

function termOf(design: Design, weights: Float64Array): Term {
  if (design.kind === 'number') {
    return {
      kind: 'number',
      feature: design.feature,
      mean: design.mean,
      slope: slopeOf((weights[0] ?? 0) / design.deviation),
      missing: Math.fround(weights[1] ?? 0),
      spread: 0,
    };
  }
  const encoding = { keys: design.slots.keys, values: Float32Array.from(weights.subarray(1)), fallback: Math.fround(weights[0] ?? 0) };
  return { kind: 'category', feature: design.feature, weights: encoding, spread: 0 };
}

/** As a 32-bit float; a column of the smallest numbers and a large weight would make it infinite. */
function slopeOf(slope: number): number {
  return Math.fround(Math.min(LARGEST_SLOPE, Math.max(-LARGEST_SLOPE, slope)));
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
