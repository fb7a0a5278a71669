import { MillraceError, type Histogram } from '@millrace/contracts';

/** Counts of a histogram with missing values as a bin of their own: numeric `[…bins, nulls]`, categorical `[…values, other, nulls]`. */
export function countsOf(histogram: Histogram): number[] {
  return histogram.kind === 'numeric' ? [...histogram.counts, histogram.nulls] : [...histogram.counts, histogram.other, histogram.nulls];
}

/**
 * Shares of the bins of `countsOf`, adding up to 1.
 *
 * @throws MillraceError BAD_INPUT when nothing was counted: an empty sample has no distribution.
 */
export function sharesOf(histogram: Histogram): number[] {
  const counts = countsOf(histogram);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new MillraceError('BAD_INPUT', 'A histogram without rows has no distribution to compare; wait until the window holds rows');
  return counts.map((count) => count / total);
}

/**
 * The shares of two histograms bin by bin.
 *
 * @throws MillraceError CONFLICT when they were not counted in the same bins.
 */
export function pairedShares(reference: Histogram, current: Histogram): { reference: number[]; current: number[] } {
  if (JSON.stringify(frozen(reference)) !== JSON.stringify(frozen(current))) {
    throw new MillraceError('CONFLICT', 'Distributions in different bins cannot be compared; count the window in the bins of its reference profile', {
      fields: { reference: frozen(reference), current: frozen(current) },
    });
  }
  return { reference: sharesOf(reference), current: sharesOf(current) };
}

function frozen(histogram: Histogram): readonly (number | string)[] {
  return histogram.kind === 'numeric' ? histogram.edges : histogram.values;
}
