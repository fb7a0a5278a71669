import type { NamedTensors } from '../tensor/tensor.ts';

/** One run whose memory was measured. */
export interface MeasuredRun {
  readonly rows: number;
  /** Values of all inputs together, of one row. */
  readonly valuesPerRow: number;
  readonly bytes: number;
}

/** What is less cannot be told from what else the process does. */
const VISIBLE_BYTES = 2 ** 20;
const STEEPEST = 4;

/**
 * What a run of a model takes in memory at its height, by the size of its inputs: in proportion to them, or to a power of the number of rows,
 * or of the width of a row, where runs show that it grows faster: attention and outer products do.
 */
export class RunCost {
  readonly #byRows: Growth;
  readonly #byWidth: Growth | undefined;

  /** Runs with more and more rows, at least one, and runs with wider and wider rows, from the smallest to the largest. */
  constructor(byRows: readonly MeasuredRun[], byWidth: readonly MeasuredRun[] = []) {
    this.#byRows = growthOf(byRows, ({ rows }) => rows);
    this.#byWidth = byWidth.length > 1 ? growthOf(byWidth, ({ valuesPerRow }) => valuesPerRow) : undefined;
  }

  /** In bytes. */
  of(inputs: NamedTensors, rows: number): number {
    const valuesPerRow = valuesOf(inputs) / rows;
    const { reference: many, power } = this.#byRows;
    const byRows = many.bytes * (rows / many.rows) ** power * (valuesPerRow / many.valuesPerRow);
    if (this.#byWidth === undefined) return byRows;
    const { reference: wide, power: widthPower } = this.#byWidth;
    const byWidth = wide.bytes * (rows / wide.rows) * (valuesPerRow / wide.valuesPerRow) ** widthPower;
    return many.bytes < VISIBLE_BYTES ? byWidth : Math.max(byRows, byWidth);
  }
}

/** How memory grows along one size, from one run on. */
interface Growth {
  readonly reference: MeasuredRun;
  readonly power: number;
}

/** A run before the last that took too little to be seen took no more than `VISIBLE_BYTES`; what grew by more since grows with the square, most likely. */
function growthOf(runs: readonly MeasuredRun[], sizeOf: (run: MeasuredRun) => number): Growth {
  const reference = runs.at(-1) ?? { rows: 1, valuesPerRow: 1, bytes: 0 };
  const before = runs.at(-2);
  if (before === undefined || reference.bytes < VISIBLE_BYTES || sizeOf(before) === sizeOf(reference)) return { reference, power: 1 };
  const power = Math.log(reference.bytes / Math.max(before.bytes, VISIBLE_BYTES)) / Math.log(sizeOf(reference) / sizeOf(before));
  return { reference, power: Math.min(before.bytes < VISIBLE_BYTES ? 2 : STEEPEST, Math.max(1, power)) };
}

/** How many values all tensors hold together. */
export function valuesOf(tensors: NamedTensors): number {
  let values = 0;
  for (const name in tensors) values += tensors[name]?.data.length ?? 0;
  return values;
}
