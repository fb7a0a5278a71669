import type { Histogram, ReferenceProfile } from '@millrace/contracts';
import { categoricalHistogram, frequentCategories, numericHistogram, quantileEdges, scoreEdges } from '@millrace/statistics';
import { featureTensors, type FeatureTensor } from './feature-tensors.ts';
import type { Feature } from './features.ts';
import type { Table } from './table/table.ts';

const QUANTILE_BINS = 10;
const SCORE_BINS = 20;
const FREQUENT_CATEGORIES = 200;
/** A category with fewer rows is one of a tail of which every sample shows other ones. */
const CATEGORY_ROWS = 5;

/**
 * What monitoring compares with: the distribution of each feature over training rows, and that of the score over rows that the model has
 * not learned from, because it is surer of the others than it ever is of a new one. Both are counted as the tensors of a served model
 * are, in bins that are chosen here for good: about ten for a number, one for each of the most frequent values of a category.
 */
export function referenceProfileOf(train: Table, features: readonly Feature[], unseenScores: ArrayLike<number>): ReferenceProfile {
  const scores = Float32Array.from(unseenScores);
  return {
    rows: train.rows,
    features: Object.fromEntries(featureTensors(train, features).map((tensor) => [tensor.name, histogramOf(tensor)])),
    score: numericHistogram(scores, scoreEdges(scores, SCORE_BINS)),
  };
}

function histogramOf({ data }: FeatureTensor): Histogram {
  if (Array.isArray(data)) return categoricalHistogram(data, frequentCategories(data, FREQUENT_CATEGORIES, CATEGORY_ROWS));
  return numericHistogram(data, quantileEdges(data, QUANTILE_BINS));
}
