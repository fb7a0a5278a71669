import type { CategoricalHistogram } from '@millrace/contracts';
import { CategoricalHistogramBuilder } from './categorical-histogram-builder.ts';

/** `values` counted against the frozen list `categories`. Null and undefined count as missing. */
export function categoricalHistogram(values: ArrayLike<string | null | undefined>, categories: readonly string[]): CategoricalHistogram {
  const builder = new CategoricalHistogramBuilder(categories);
  for (let i = 0; i < values.length; i++) builder.add(values[i]);
  return builder.build();
}

/** The distinct values, most frequent first (ties by name), at most `maximum`: the list that a reference profile freezes. */
export function frequentCategories(values: ArrayLike<string | null | undefined>, maximum = 500): string[] {
  const counts = new Map<string, number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== null && value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([nameA, countA], [nameB, countB]) => countB - countA || (nameA < nameB ? -1 : 1))
    .slice(0, maximum)
    .map(([name]) => name);
}
