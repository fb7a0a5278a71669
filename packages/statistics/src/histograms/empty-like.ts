import type { CategoricalHistogram, Histogram, NumericHistogram } from '@millrace/contracts';
import { CategoricalHistogramBuilder } from './categorical-histogram-builder.ts';
import { NumericHistogramBuilder } from './numeric-histogram-builder.ts';

/** A histogram with the bins of `histogram` and nothing counted: what merging starts from. */
export function emptyLike(histogram: NumericHistogram): NumericHistogram;
export function emptyLike(histogram: CategoricalHistogram): CategoricalHistogram;
export function emptyLike(histogram: Histogram): Histogram;
export function emptyLike(histogram: Histogram): Histogram {
  return builderLike(histogram).build();
}

/** A builder with the bins of `histogram`. */
export function builderLike(histogram: Histogram): NumericHistogramBuilder | CategoricalHistogramBuilder {
  return histogram.kind === 'numeric' ? new NumericHistogramBuilder(histogram.edges) : new CategoricalHistogramBuilder(histogram.values);
}
