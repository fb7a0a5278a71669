import { expect, it } from 'vitest';
import { numbersOf } from '../../features.ts';
import { resolveParameters } from '../../parameters.ts';
import { syntheticInput } from '../../synthetic-flights.fixture.ts';
import type { Term } from './logistic.model.ts';
import { fit } from './logistic-regression.trainer.ts';
import { LOGISTIC_SPACE } from './parameter-space.ts';

const input = syntheticInput(8000);

/** scikit-learn 1.9.1: LogisticRegression(C=1, tol=1e-12, solver='newton-cholesky') on the same columns, numbers standardised. */
const SCIKIT_LEARN = {
  intercept: -1.332291,
  hour: 0.382732,
  distance: 0.004068,
  'distance missing': 0.93328,
  weekend: -0.242131,
  'origin AP0': -0.937285,
  'origin AP1': -0.803651,
  'origin AP7': -0.492965,
  'origin AP59': -0.916872,
  'carrier ': -0.010633,
  'carrier AA': -0.036058,
  'carrier BB': 0.092525,
  'carrier CC': -0.148544,
  'carrier DD': 0.186532,
  'carrier Łódź ✈': -0.083822,
};

function deviationOf({ feature, mean }: Extract<Term, { kind: 'number' }>): number {
  const known = numbersOf(input.train, feature).filter((value) => !Number.isNaN(value));
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
}

it('the coefficients are those of scikit-learn to 1e-3 with the defaults', () => {
  const { intercept, terms } = fit(input, resolveParameters('logistic-regression', LOGISTIC_SPACE), { seed: 1 });
  const found = new Map([['intercept', intercept]]);
  for (const term of terms) {
    const { name } = term.feature.column;
    if (term.kind === 'category') {
      for (const [i, key] of term.weights.keys.entries()) found.set(`${name} ${key}`, term.weights.values[i] ?? Number.NaN);
    } else {
      found.set(name, term.slope * deviationOf(term));
      found.set(`${name} missing`, term.missing);
    }
  }
  for (const [name, coefficient] of Object.entries(SCIKIT_LEARN)) expect(Math.abs((found.get(name) ?? Number.NaN) - coefficient), name).toBeLessThan(1e-3);
});
