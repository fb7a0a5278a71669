import type { NumericHistogram } from '@millrace/contracts';
import { BinGrid } from './bin-grid.ts';
import { finiteSum } from './finite-sum.ts';

/**
 * Counts numbers into frozen bins, one at a time, without allocating: made for the path of a prediction.
 * Anything that is not a finite number (null, undefined, NaN, ±∞, text) counts as missing; a bigint is taken as a number,
 * false as 0 and true as 1.
 */
export class NumericHistogramBuilder {
  readonly #edges: Float64Array;
  readonly #counts: Float64Array;
  #grid: BinGrid | undefined;
  #nulls = 0;
  #sum = 0;
  #sumOfSquares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** `edges` are the inner edges, strictly ascending. */
  constructor(edges: readonly number[]) {
    this.#edges = Float64Array.from(edges);
    this.#counts = new Float64Array(edges.length + 1);
  }

  add(value: unknown): void {
    const number = typeof value === 'number' ? value : numberOf(value);
    if (!Number.isFinite(number)) {
      this.#nulls++;
      return;
    }
    const bin = binOf(this.#edges, number);
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#sum += number;
    this.#sumOfSquares += number * number;
    if (number < this.#min) this.#min = number;
    if (number > this.#max) this.#max = number;
  }

  /** Values `from` up to but not including `to` of a column, to the same result as one after the other. */
  addAll(column: ArrayLike<unknown>, from: number, to: number): void {
    if (column instanceof Float32Array || column instanceof Float64Array) this.#addFloats(column, from, to);
    else for (let row = from; row < to; row++) this.add(column[row]);
  }

  /** The loop in which a busy node spends most of what its log costs: no call, no search that a processor cannot foresee. */
  #addFloats(column: Float32Array | Float64Array, from: number, to: number): void {
    const edges = this.#edges;
    const counts = this.#counts;
    this.#grid ??= new BinGrid(edges);
    const { low, cellsPerUnit, firstBins } = this.#grid;
    const lastCell = firstBins.length - 1;
    const lastBin = edges.length;
    let [nulls, sum, sumOfSquares, min, max] = [0, this.#sum, this.#sumOfSquares, this.#min, this.#max];
    for (let row = from; row < to; row++) {
      const number = column[row] as number;
      if (number - number !== 0) {
        nulls++;
        continue;
      }
      const cell = (number - low) * cellsPerUnit;
      let bin = firstBins[cell <= 0 ? 0 : cell >= lastCell ? lastCell : cell | 0] as number;
      while (bin > 0 && number <= (edges[bin - 1] as number)) bin--;
      while (bin < lastBin && number > (edges[bin] as number)) bin++;
      counts[bin] = (counts[bin] as number) + 1;
      sum += number;
      sumOfSquares += number * number;
      if (number < min) min = number;
      if (number > max) max = number;
    }
    this.#nulls += nulls;
    this.#sum = sum;
    this.#sumOfSquares = sumOfSquares;
    this.#min = min;
    this.#max = max;
  }

  /** A copy of what was counted so far. */
  build(): NumericHistogram {
    const seen = this.#min <= this.#max;
    return {
      kind: 'numeric',
      edges: Array.from(this.#edges),
      counts: Array.from(this.#counts),
      nulls: this.#nulls,
      sum: finiteSum(this.#sum),
      sumOfSquares: finiteSum(this.#sumOfSquares),
      min: seen ? this.#min : null,
      max: seen ? this.#max : null,
    };
  }
}

/** The first bin whose upper edge is not below `value`; the number of edges when all are below. */
function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (edges[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function numberOf(value: unknown): number {
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : Number.NaN;
}
