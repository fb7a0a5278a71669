import type { NumericHistogram } from '@millrace/contracts';
import { NumericHistogramBuilder } from './numeric-histogram-builder.ts';

/** `values` counted into the bins of `edges` (inner edges, ascending). NaN, ±∞ and null count as missing. */
export function numericHistogram(values: ArrayLike<number | bigint | null>, edges: readonly number[]): NumericHistogram {
  const builder = new NumericHistogramBuilder(edges);
  builder.addAll(values, 0, values.length);
  return builder.build();
}
