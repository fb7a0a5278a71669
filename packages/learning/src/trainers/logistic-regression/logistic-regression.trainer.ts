import { resolveParameters, type ParameterValues } from '../../parameters.ts';
import { meanLogLoss, priorLogit } from '../../sigmoid.ts';
import { stopIfAsked } from '../../stop-if-asked.ts';
import type { Table } from '../../table/table.ts';
import type { TrainOptions, Trainer, TrainerInput } from '../../trainer.ts';
import { designColumns, fitDesign, type Design } from './design-columns.ts';
import { contributions, LogisticModel, type Regression, type Term } from './logistic.model.ts';
import { curvatureScales, logisticLoss, logitsOf } from './logistic-loss.ts';
import { minimise } from './minimise.ts';
import { LOGISTIC_SPACE, type LogisticParameter } from './parameter-space.ts';

const LARGEST_SLOPE = 1e37;

/** Logistic regression on standardised numbers and one weight per frequent category, with an L2 penalty, fitted by L-BFGS. Has no randomness. */
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
  const scales = curvatureScales(columns, train.rows, weights, parameters.l2);
  const unscaled = (point: Float64Array): Float64Array => point.map((value, i) => value / (scales[i] ?? 1));
  const objective = (point: Float64Array, gradient: Float64Array): number => {
    stopIfAsked(options.signal);
    const loss = logisticLoss(columns, train.label, unscaled(point), parameters.l2, gradient);
    for (let i = 0; i < weights; i++) gradient[i] = (gradient[i] ?? 0) / (scales[i] ?? 1);
    return loss;
  };
  /** The largest change of a weight. */
  const lengthOf = (step: Float64Array): number => step.reduce((most, move, i) => Math.max(most, Math.abs(move / (scales[i] ?? 1))), 0);
  const start = new Float64Array(weights);
  start[0] = priorLogit(train.label) * (scales[0] ?? 1);
  const { point, iterations } = minimise(objective, start, { ...parameters, lengthOf }, (iteration, loss, at) => {
    const validationLogLoss = meanLogLoss(logitsOf(validationColumns, unscaled(at), validation.rows), validation.label);
    options.onProgress?.(iteration / parameters.iterations, { trainLogLoss: loss, validationLogLoss });
  });
  const found = unscaled(point);
  return { intercept: Math.fround(found[0] ?? 0), terms: termsOf(train, designs, found), parameters, details: { iterations, weights } };
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
