import type { ParameterSpace } from '../../parameters.ts';

export const BOOSTING_SPACE = {
  trees: { default: 100, minimum: 1, maximum: 5000, whole: true, meaning: 'most trees to grow' },
  learningRate: { default: 0.2, minimum: 0.001, maximum: 1, meaning: 'share of each tree that is added' },
  leaves: { default: 63, minimum: 2, maximum: 1024, whole: true, meaning: 'most leaves of a tree' },
  maximumDepth: { default: 8, minimum: 1, maximum: 32, whole: true, meaning: 'most splits from root to leaf' },
  bins: { default: 255, minimum: 4, maximum: 255, whole: true, meaning: 'bins per feature, one of them for missing values' },
  l2: { default: 1, minimum: 0, maximum: 1e6, meaning: 'L2 penalty on leaf values' },
  minimumChildWeight: { default: 10, minimum: 1e-3, maximum: 1e6, meaning: 'least sum of hessians in a leaf' },
  minimumGain: { default: 0, minimum: 0, maximum: 1e6, meaning: 'gain that a split must exceed' },
  rowFraction: { default: 0.8, minimum: 0.05, maximum: 1, meaning: 'share of rows drawn for each tree' },
  featureFraction: { default: 1, minimum: 0.05, maximum: 1, meaning: 'share of features drawn for each tree' },
  earlyStoppingRounds: {
    default: 20,
    minimum: 0,
    maximum: 1000,
    whole: true,
    meaning: 'trees without a lower validation log loss before stopping; 0 never stops early',
  },
  categorySmoothing: { default: 20, minimum: 0.1, maximum: 1e6, meaning: 'rows of prior mixed into the statistic of each category' },
} as const satisfies ParameterSpace;

export type BoostingParameter = keyof typeof BOOSTING_SPACE;
