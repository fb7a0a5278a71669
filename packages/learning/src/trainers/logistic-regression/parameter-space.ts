import type { ParameterSpace } from '../../parameters.ts';

export const LOGISTIC_SPACE = {
  l2: { default: 1, minimum: 0, maximum: 1e6, meaning: 'L2 penalty on the weights, in rows' },
  iterations: {
    default: 1000,
    minimum: 1,
    maximum: 10_000,
    whole: true,
    meaning: 'most steps; a handful do where there are up to 1,500 weights, which have second derivatives',
  },
  tolerance: { default: 1e-6, minimum: 0, maximum: 1, meaning: 'change of every weight (of standardised columns) below which training stops' },
  rareCategoryRows: { default: 20, minimum: 1, maximum: 1e6, whole: true, meaning: 'categories with fewer training rows share one weight' },
} as const satisfies ParameterSpace;

export type LogisticParameter = keyof typeof LOGISTIC_SPACE;
