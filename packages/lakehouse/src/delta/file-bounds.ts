import type { AddAction } from './actions.ts';

interface FileStatistics {
  readonly minValues?: Readonly<Record<string, unknown>>;
  readonly maxValues?: Readonly<Record<string, unknown>>;
}

/** What the statistics of a data file say of its values. A file without statistics may hold anything. */
export class FileBounds {
  readonly #statistics: FileStatistics;

  constructor(file: AddAction) {
    this.#statistics = file.stats === undefined ? {} : (JSON.parse(file.stats) as FileStatistics);
  }

  /** The least value of the column, or a beginning of it; `undefined` where that is not known. */
  leastOf(column: string): unknown {
    return this.#statistics.minValues?.[column];
  }

  /** Whether a text, or a number, from `from` to `to`, both included, may be in the column. */
  mayOverlap<Value extends string | number>(column: string, from: Value, to: Value): boolean {
    const minimum = this.#statistics.minValues?.[column];
    const maximum = this.#statistics.maxValues?.[column];
    return !(typeof minimum === typeof to && (minimum as Value) > to) && !(typeof maximum === typeof from && (maximum as Value) < from);
  }

  /** As `mayOverlap`, for instants in milliseconds since the epoch. Statistics are cut to milliseconds. */
  mayOverlapInstants(column: string, from: number, to: number): boolean {
    const minimum = instantOf(this.#statistics.minValues?.[column]);
    const maximum = instantOf(this.#statistics.maxValues?.[column]);
    return !(minimum > to) && !(maximum + 1 < from);
  }
}

/** NaN, which is on no side of anything, where there is no instant. */
function instantOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}
