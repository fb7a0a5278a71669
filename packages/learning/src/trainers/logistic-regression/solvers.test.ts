import { describe, expect, it } from 'vitest';
import { syntheticInput } from '../../synthetic-flights.fixture.ts';
import { designColumns, fitDesign, type DesignColumn } from './design-columns.ts';
import { logisticCurvature } from './logistic-curvature.ts';
import { logisticLoss } from './logistic-loss.ts';
import { byDescent, byNewton, type LogisticProblem } from './solvers.ts';

const LIMITS = { iterations: 1000, tolerance: 1e-6 };
const ignore = (): void => {};

function flights(rows: number, l2: number): LogisticProblem & { readonly weights: number } {
  const { train, features } = syntheticInput(rows);
  return { ...designColumns(train, fitDesign(train, features, 20)), label: train.label, l2, signal: undefined };
}

const numbers = (values: readonly number[], offset: number): DesignColumn => ({ kind: 'number', values: Float32Array.from(values), offset });

it('both find the same weights, Newton in a handful of steps', () => {
  const problem = flights(8000, 1);
  const start = new Float64Array(problem.weights);
  const [exact, found] = [byNewton(problem, start, LIMITS, ignore), byDescent(problem, start, LIMITS, ignore)];
  expect(exact.iterations).toBeLessThan(10);
  expect(Math.max(...exact.point.map((weight, i) => Math.abs(weight - (found.point[i] ?? Number.NaN))))).toBeLessThan(1e-4);
});

it('the curvature is the derivative of the gradient', () => {
  const { columns, label, l2, weights } = flights(2000, 3);
  const at = Float64Array.from({ length: weights }, (_, i) => Math.sin(i) / 2);
  const matrix = logisticCurvature(columns, label.length, at, l2);
  const gradientAt = (point: Float64Array): Float64Array => {
    const gradient = new Float64Array(weights);
    logisticLoss(columns, label, point, l2, gradient);
    return gradient;
  };
  const step = 1e-5;
  for (let row = 0; row < weights; row++) {
    const [before, after] = [-step, step].map((move) => gradientAt(at.with(row, (at[row] ?? 0) + move)));
    for (let column = 0; column <= row; column++) {
      const slope = ((after?.[column] ?? 0) - (before?.[column] ?? 0)) / (2 * step);
      expect(Math.abs((matrix.values[row * weights + column] ?? 0) - slope), `${row}, ${column}`).toBeLessThan(1e-9);
    }
  }
});

/** The weights that Newton finds without a penalty. */
const solve = (columns: readonly DesignColumn[], weights: number, label: readonly number[]): Float64Array => {
  const { point, iterations } = byNewton({ columns, label: Uint8Array.from(label), l2: 0, signal: undefined }, new Float64Array(weights), LIMITS, ignore);
  expect(iterations).toBeLessThan(100);
  expect(point.every(Number.isFinite)).toBe(true);
  return point;
};

describe('without a penalty Newton ends, with finite weights,', () => {
  it('where columns say the same, or nothing', () => {
    const [values, label] = [
      [-1, -0.5, 0, 0.5, 1, 0.2, -0.2, 0.7],
      [0, 0, 1, 1, 1, 0, 1, 0],
    ];
    const one = solve([numbers(values ?? [], 1)], 3, label ?? []);
    const twice = solve([numbers(values ?? [], 1), numbers(values ?? [], 3), numbers([0, 0, 0, 0, 0, 0, 0, 0], 5)], 7, label ?? []);
    expect((twice[1] ?? 0) + (twice[3] ?? 0)).toBeCloseTo(one[1] ?? Number.NaN, 5);
    expect(twice[5]).toBe(0);
  });

  it('where the labels can be told apart altogether, or in one category, whichever way round', () => {
    for (const label of [
      [0, 0, 0, 1, 1, 1],
      [1, 1, 1, 0, 0, 0],
    ]) {
      solve([numbers([-3, -2, -1, 1, 2, 3], 1)], 3, label);
      solve([{ kind: 'category', values: Float32Array.of(0, 1, 0, 1, 2, 2), offset: 1 }], 4, label);
    }
  });
});

it('both stop when they are asked to', () => {
  const problem = flights(2000, 1);
  for (const solver of [byNewton, byDescent]) {
    const stop = new AbortController();
    const asked = { ...problem, signal: stop.signal };
    expect(() => solver(asked, new Float64Array(problem.weights), LIMITS, () => stop.abort())).toThrow('The training was cancelled before it finished.');
  }
});
