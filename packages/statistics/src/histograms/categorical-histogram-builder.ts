import type { CategoricalHistogram } from '@millrace/contracts';

/**
 * Counts categories against a frozen list of values, one at a time. Null, undefined and NaN are missing, and the empty
 * string, by which a model is told of a missing text; what is not on the list is `other`.
 */
export class CategoricalHistogramBuilder {
  readonly #values: readonly string[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #counts: Float64Array;
  #other = 0;
  #nulls = 0;

  constructor(values: readonly string[]) {
    this.#values = values;
    this.#index = new Map(values.map((value, position) => [value, position]));
    this.#counts = new Float64Array(values.length);
  }

  add(value: unknown): void {
    if (value === null || value === undefined || value === '' || (typeof value === 'number' && Number.isNaN(value))) {
      this.#nulls++;
      return;
    }
    const name = typeof value === 'string' ? value : nameOf(value);
    const position = name === undefined ? undefined : this.#index.get(name);
    if (position === undefined) this.#other++;
    else this.#counts[position] = (this.#counts[position] ?? 0) + 1;
  }

  /** Values `from` up to but not including `to` of a column. */
  addAll(column: ArrayLike<unknown>, from: number, to: number): void {
    for (let row = from; row < to; row++) this.add(column[row]);
  }

  /** A copy of what was counted so far. */
  build(): CategoricalHistogram {
    return { kind: 'categorical', values: [...this.#values], counts: Array.from(this.#counts), other: this.#other, nulls: this.#nulls };
  }
}

/** Numbers and booleans that serve as categories go by their text; an object is no category and so never on the list. */
function nameOf(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? `${value}` : undefined;
}
