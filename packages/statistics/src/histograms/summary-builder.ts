import type { Histogram, NumericHistogram, ReferenceProfile, WindowSummary } from '@millrace/contracts';
import { builderLike } from './builder-like.ts';
import type { CategoricalHistogramBuilder } from './categorical-histogram-builder.ts';
import { NumericHistogramBuilder } from './numeric-histogram-builder.ts';

interface FeatureCounter {
  readonly name: string;
  readonly builder: NumericHistogramBuilder | CategoricalHistogramBuilder;
}

/**
 * Summarises the predictions of one window in the bins of a reference profile. Memory is that of the profile, however
 * many rows are added. A feature that a row does not carry counts as missing; columns outside the profile are ignored.
 */
export class SummaryBuilder {
  readonly #windowStart: string;
  readonly #counters: readonly FeatureCounter[];
  readonly #score: NumericHistogramBuilder;
  #rows = 0;

  /** `windowStart` is ISO 8601 UTC, for example `2001-04-01T00:00:00Z`. */
  constructor(reference: Pick<ReferenceProfile, 'features' | 'score'>, windowStart: string) {
    this.#windowStart = windowStart;
    this.#counters = Object.entries(reference.features).map(([name, histogram]) => ({ name, builder: builderLike(histogram) }));
    this.#score = new NumericHistogramBuilder(reference.score.edges);
  }

  get rows(): number {
    return this.#rows;
  }

  /** One prediction: its features by name and its score. */
  addRow(features: Readonly<Record<string, unknown>>, score: number): void {
    for (const { name, builder } of this.#counters) builder.add(features[name]);
    this.#score.add(score);
    this.#rows++;
  }

  /** Rows `from` up to but not including `to` of a batch that is held by columns, one column after the other: no row object is made. */
  addRowsOf(columns: Readonly<Record<string, ArrayLike<unknown>>>, scores: ArrayLike<number>, from: number, to: number): void {
    for (const { name, builder } of this.#counters) {
      const column = columns[name];
      if (column === undefined) for (let row = from; row < to; row++) builder.add(undefined);
      else builder.addAll(column, from, to);
    }
    this.#score.addAll(scores, from, to);
    this.#rows += to - from;
  }

  /** The summary of the rows added so far; a copy, so adding may go on. */
  build(): WindowSummary {
    const features: Record<string, Histogram> = {};
    for (const { name, builder } of this.#counters) features[name] = builder.build();
    const score: NumericHistogram = this.#score.build();
    return { windowStart: this.#windowStart, rows: this.#rows, features, score };
  }
}
