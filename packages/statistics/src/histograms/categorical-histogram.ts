import type { CategoricalHistogram } from '@millrace/contracts';
import { CategoricalHistogramBuilder } from './categorical-histogram-builder.ts';

/** `values` counted against the frozen list `categories`. Null, undefined and the empty string count as missing. */
export function categoricalHistogram(values: ArrayLike<string | null | undefined>, categories: readonly string[]): CategoricalHistogram {
  const builder = new CategoricalHistogramBuilder(categories);
  for (let i = 0; i < values.length; i++) builder.add(values[i]);
  return builder.build();
}

/** What a histogram may hold as a value; longer texts are counted as `other`. */
const LONGEST_CATEGORY = 10_000;

/**
 * The distinct values that occur in at least `minimumRows` rows, most frequent first (ties by name), at most `maximum`: the list that a
 * reference profile freezes. Values that are rarer belong to a tail of which each sample shows other ones, so they are left to `other`.
 */
export function frequentCategories(values: ArrayLike<string | null | undefined>, maximum = 500, minimumRows = 1): string[] {
  const counts = new Map<string, number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== null && value !== undefined && value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .filter(([name, count]) => count >= minimumRows && name.length <= LONGEST_CATEGORY)
    .toSorted(([nameA, countA], [nameB, countB]) => countB - countA || (nameA < nameB ? -1 : 1))
    .slice(0, maximum)
    .map(([name]) => name);
}
