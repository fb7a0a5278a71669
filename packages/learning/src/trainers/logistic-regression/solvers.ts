import { stopIfAsked } from '../../stop-if-asked.ts';
import type { StopSignal } from '../../trainer.ts';
import type { DesignColumn } from './design-columns.ts';
import { logisticCurvature } from './logistic-curvature.ts';
import { curvatureScales, logisticLoss } from './logistic-loss.ts';
import { minimise } from './minimise.ts';
import { newton } from './newton.ts';

export interface LogisticProblem {
  readonly columns: readonly DesignColumn[];
  readonly label: Uint8Array;
  readonly l2: number;
  readonly signal: StopSignal | undefined;
}

export interface SolverLimits {
  readonly iterations: number;
  /** The change of every weight below which a solver stops. */
  readonly tolerance: number;
}

type OnStep = (iteration: number, loss: number, weights: Float64Array) => void;
export interface Solution {
  readonly point: Float64Array;
  readonly iterations: number;
}

/** In a handful of steps, each of which knows how all pairs of weights go together. */
export function byNewton({ columns, label, l2, signal }: LogisticProblem, start: Float64Array, limits: SolverLimits, onStep: OnStep): Solution {
  const value = (point: Float64Array, gradient: Float64Array): number => {
    stopIfAsked(signal);
    return logisticLoss(columns, label, point, l2, gradient);
  };
  const curvature = (point: Float64Array) => {
    stopIfAsked(signal);
    return logisticCurvature(columns, label.length, point, l2);
  };
  return newton({ value, curvature }, start, limits, onStep);
}

/** By L-BFGS, whose steps cost a pass over the rows each, with weights that are alike to it, however rare their category is. */
export function byDescent({ columns, label, l2, signal }: LogisticProblem, start: Float64Array, limits: SolverLimits, onStep: OnStep): Solution {
  const scales = curvatureScales(columns, label.length, start.length, l2);
  const unscaled = (point: Float64Array): Float64Array => point.map((value, i) => value / (scales[i] ?? 1));
  const value = (point: Float64Array, gradient: Float64Array): number => {
    stopIfAsked(signal);
    const loss = logisticLoss(columns, label, unscaled(point), l2, gradient);
    for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) / (scales[i] ?? 1);
    return loss;
  };
  const lengthOf = (step: Float64Array): number => step.reduce((most, move, i) => Math.max(most, Math.abs(move / (scales[i] ?? 1))), 0);
  const scaledStart = start.map((weight, i) => weight * (scales[i] ?? 1));
  const { point, iterations } = minimise(value, scaledStart, { ...limits, lengthOf }, (iteration, loss, at) => onStep(iteration, loss, unscaled(at)));
  return { point: unscaled(point), iterations };
}
