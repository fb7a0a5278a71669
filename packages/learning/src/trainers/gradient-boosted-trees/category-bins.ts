import { countCategories, type CategoryEncoding } from '../../category-encoding.ts';
import type { CategoryColumn } from '../../table/table.ts';

/** Rows of the overall share that are mixed into that of each category. */
const SMOOTHING = 10;
/** Categories with fewer rows say nothing and share bin 0. */
const LEAST_ROWS = 3;

/**
 * A bin of its own, from 1, for each of the most frequent categories; 0 for all others, seen or unseen. Missing values are a category like
 * others. Bins ascend by the share of positive labels, so that the sets of categories that splits choose are few runs of bins.
 * `complete`: no category with enough rows went without a bin.
 */
export function chooseCategoryBins(column: CategoryColumn, label: Uint8Array, maximumBins: number): { encoding: CategoryEncoding; complete: boolean } {
  const counts = [...countCategories(column, label)];
  const rows = counts.reduce((sum, [, count]) => sum + count.rows, 0);
  const prior = counts.reduce((sum, [, count]) => sum + count.positives, 0) / rows;
  const eligible = counts.filter(([, count]) => count.rows >= LEAST_ROWS).toSorted(([, a], [, b]) => b.rows - a.rows);
  const share = ({ rows: seen, positives }: { rows: number; positives: number }): number => (positives + prior * SMOOTHING) / (seen + SMOOTHING);
  const chosen = eligible.slice(0, maximumBins - 1).toSorted(([, a], [, b]) => share(a) - share(b));
  return {
    encoding: { keys: chosen.map(([key]) => key), values: Float32Array.from(chosen, (_, i) => i + 1), fallback: 0 },
    complete: chosen.length === eligible.length,
  };
}
