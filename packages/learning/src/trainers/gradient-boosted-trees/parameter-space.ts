import type { ParameterSpace } from '../../parameters.ts';

/** The defaults are those of LightGBM, where it has the same. */
export const BOOSTING_SPACE = {
  trees: { default: 100, minimum: 1, maximum: 5000, whole: true, meaning: 'most trees to grow' },
  learningRate: { default: 0.1, minimum: 0.001, maximum: 1, meaning: 'share of each tree that is added' },
  leaves: { default: 31, minimum: 2, maximum: 1024, whole: true, meaning: 'most leaves of a tree' },
  maximumDepth: { default: 32, minimum: 1, maximum: 32, whole: true, meaning: 'most splits from root to leaf' },
  bins: { default: 255, minimum: 4, maximum: 255, whole: true, meaning: 'bins per feature, one of them for missing values' },
  l2: { default: 0, minimum: 0, maximum: 1e6, meaning: 'L2 penalty on leaf values' },
  minimumLeafRows: { default: 20, minimum: 1, maximum: 1e9, whole: true, meaning: 'least rows in a leaf, judged by its share of hessians' },
  minimumChildWeight: { default: 1e-3, minimum: 1e-3, maximum: 1e6, meaning: 'least sum of hessians in a leaf' },
  minimumGain: { default: 0, minimum: 0, maximum: 1e6, meaning: 'gain that a split must exceed' },
  rowFraction: { default: 1, minimum: 0.05, maximum: 1, meaning: 'share of rows drawn for each tree' },
  featureFraction: { default: 1, minimum: 0.05, maximum: 1, meaning: 'share of features drawn for each tree' },
  earlyStoppingRounds: {
    default: 20,
    minimum: 0,
    maximum: 1000,
    whole: true,
    meaning: 'trees without a lower validation log loss before stopping, after which those up to the lowest are kept; 0 never stops early',
  },
  categorySmoothing: {
    default: 10,
    minimum: 0,
    maximum: 1e6,
    meaning: 'rows of prior in the order of categories; categories of fewer rows in a leaf go right',
  },
  categoryL2: { default: 10, minimum: 0, maximum: 1e6, meaning: 'L2 penalty on top, on values of leaves that a set of categories leads to' },
  categoriesPerSplit: { default: 32, minimum: 1, maximum: 254, whole: true, meaning: 'most categories in the set of a split' },
  minimumGroupRows: { default: 100, minimum: 1, maximum: 1e9, whole: true, meaning: 'least rows by which a set of categories grows to the next that is tried' },
  targetSmoothing: {
    default: 20,
    minimum: 0.1,
    maximum: 1e6,
    meaning: 'rows of prior mixed into the share of positive labels of each category, where there are more categories than bins',
  },
} as const satisfies ParameterSpace;

export type BoostingParameter = keyof typeof BOOSTING_SPACE;
