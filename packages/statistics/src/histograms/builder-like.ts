import type { Histogram } from '@millrace/contracts';
import { CategoricalHistogramBuilder } from './categorical-histogram-builder.ts';
import { NumericHistogramBuilder } from './numeric-histogram-builder.ts';

/** A builder with the bins of `histogram` and nothing counted. */
export function builderLike(histogram: Histogram): NumericHistogramBuilder | CategoricalHistogramBuilder {
  return histogram.kind === 'numeric' ? new NumericHistogramBuilder(histogram.edges) : new CategoricalHistogramBuilder(histogram.values);
}
