import type { Histogram, ReferenceProfile } from '@millrace/contracts';
import { categoricalHistogram, frequentCategories, numericHistogram, quantileEdges } from '@millrace/statistics';
import { categoriesOf, MISSING_KEY } from './category-encoding.ts';
import { numbersOf, type Feature } from './features.ts';
import type { Table } from './table/table.ts';

const QUANTILE_BINS = 10;
const FREQUENT_CATEGORIES = 50;
const SCORE_BINS = 100;

/**
 * The distribution of each feature and of the score over training rows, in the bins that monitoring will keep: ten quantile bins
 * per number, the 50 most frequent values per category, 100 equal bins for the score. Values are taken as they travel to a served
 * model: numbers rounded to 32 bits, missing strings as empty ones.
 */
export function referenceProfileOf(train: Table, features: readonly Feature[], scores: Float64Array): ReferenceProfile {
  const scoreEdges = Array.from({ length: SCORE_BINS - 1 }, (_, i) => (i + 1) / SCORE_BINS);
  return {
    rows: train.rows,
    features: Object.fromEntries(features.map((feature) => [feature.column.name, featureHistogram(train, feature)])),
    score: numericHistogram(scores, scoreEdges),
  };
}

function featureHistogram(train: Table, feature: Feature): Histogram {
  if (feature.datatype !== 'BYTES') {
    const values = numbersOf(train, feature);
    return numericHistogram(values, quantileEdges(values, QUANTILE_BINS));
  }
  const { codes, dictionary } = categoriesOf(train, feature);
  const values = Array.from(codes, (code) => dictionary[code] ?? MISSING_KEY);
  return categoricalHistogram(values, frequentCategories(values, FREQUENT_CATEGORIES));
}
