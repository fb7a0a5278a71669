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
 * What a run of a model takes in memory at its height, by the size of its inputs: in proportion to the rows, and to a power of the width of
 * a row that is seen from runs of different widths, because attention and outer products grow faster than their inputs.
 */
export class RunCost {
  readonly #reference: MeasuredRun;
  readonly #power: number;

  /** From the narrowest to the widest; at least one. */
  constructor(runs: readonly MeasuredRun[]) {
    this.#reference = runs.at(-1) ?? { rows: 1, valuesPerRow: 1, bytes: 0 };
    this.#power = powerOf(runs);
  }

  /** In bytes. */
  of(inputs: NamedTensors, rows: number): number {
    const { rows: measuredRows, valuesPerRow, bytes } = this.#reference;
    return bytes * (rows / measuredRows) * (valuesOf(inputs) / rows / valuesPerRow) ** this.#power;
  }
}

/** How many values all tensors hold together. */
export function valuesOf(tensors: NamedTensors): number {
  let values = 0;
  for (const name in tensors) values += tensors[name]?.data.length ?? 0;
  return values;
}

function powerOf(runs: readonly MeasuredRun[]): number {
  const [narrow, wide] = runs.filter(({ bytes }) => bytes >= VISIBLE_BYTES).slice(-2);
  if (narrow === undefined || wide === undefined || narrow.valuesPerRow === wide.valuesPerRow) return 1;
  const power = Math.log(wide.bytes / wide.rows / (narrow.bytes / narrow.rows)) / Math.log(wide.valuesPerRow / narrow.valuesPerRow);
  return Math.min(STEEPEST, Math.max(1, power));
}
