import type { CategoricalHistogram, FeatureDrift, Histogram } from '@millrace/contracts';
import { chiSquareTest } from '../significance/chi-square-test.ts';
import { kolmogorovSmirnovTail } from '../significance/kolmogorov-smirnov-test.ts';
import { joinNeighbours, poolRareBins, type PairedCounts } from '../significance/paired-counts.ts';
import { rankSumTest } from '../significance/rank-sum-test.ts';
import { rareValuesTest } from '../significance/rare-values-test.ts';
import { totalOf } from '../significance/total-of.ts';
import { kolmogorovSmirnovDistance } from './kolmogorov-smirnov.ts';
import { countsOf } from './shares.ts';

/** The p-values of one feature, and the one that judges it. */
export type FeatureSignificance = Pick<FeatureDrift, 'pValues' | 'pValue'>;

/**
 * How likely a window as different as this one is where nothing has changed, by tests that look for different things: χ² for shares
 * of any bins (missing values among them), the rank sum for a shift of numbers, the rare values for what was hardly ever seen. The
 * smallest, each divided by the share that it has of the level, is the p-value of the feature (Bonferroni with weights). That of Kolmogorov–Smirnov, conservative in bins, is stated
 * beside them. All follow from the rows of both sides: neither small nor large windows need thresholds of their own.
 */
export function featureSignificance(reference: Histogram, current: Histogram): FeatureSignificance {
  const numeric = reference.kind === 'numeric' && current.kind === 'numeric';
  const counts = { reference: countsOf(reference), current: countsOf(current) };
  const chiSquare = chiSquareOf(reference.kind === 'categorical' ? withWholeTail(reference, counts) : counts);
  const rankSum = numeric ? rankSumTest(joinNeighbours({ reference: reference.counts, current: current.counts })).pValue : null;
  const rareValues = rareValuesTest(counts);
  return {
    pValues: {
      chiSquare,
      rankSum,
      rareValues,
      kolmogorovSmirnov: numeric ? kolmogorovSmirnovOf(reference.counts, current.counts, kolmogorovSmirnovDistance(reference, current)) : null,
    },
    pValue: rankSum === null ? combined([chiSquare, 0.8], [rareValues, 0.2]) : combined([chiSquare, 0.3], [rankSum, 0.6], [rareValues, 0.1]),
  };
}

/** A shift of numbers is what most drift is, and what is rare shows clearly when it comes: shares of the level that add up to 1. */
function combined(...tests: readonly (readonly [pValue: number, share: number])[]): number {
  return Math.min(1, ...tests.map(([pValue, share]) => pValue / share));
}

function chiSquareOf(counts: PairedCounts): number {
  const { reference, current } = poolRareBins(counts);
  return chiSquareTest(reference, current).pValue;
}

function kolmogorovSmirnovOf(reference: readonly number[], current: readonly number[], distance: number): number {
  const [m, n] = [totalOf(reference), totalOf(current)];
  return m === 0 || n === 0 ? 1 : kolmogorovSmirnovTail(distance, m, n);
}

/** Categories with fewer rows than so many times those of the last one on the list belong to its tail. */
const TAIL = 4;

/**
 * The categories on a list that was cut are those that happened to be more frequent than others, so each window finds a few more rows
 * outside it than the reference did. Where the reference knows values outside, they are compared together with the last ones on the list.
 */
function withWholeTail(histogram: CategoricalHistogram, { reference, current }: PairedCounts): PairedCounts {
  if (histogram.other === 0) return { reference, current };
  const last = histogram.values.length;
  const most = TAIL * Math.min(...histogram.counts);
  const isTail = (bin: number): boolean => bin === last || (bin < last && (reference[bin] ?? 0) < most);
  const joined = (sample: readonly number[]): number[] => [
    ...sample.filter((_count, bin) => !isTail(bin)),
    totalOf(sample.filter((_count, bin) => isTail(bin))),
  ];
  return { reference: joined(reference), current: joined(current) };
}
