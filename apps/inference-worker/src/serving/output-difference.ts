import type { NamedTensors, Tensor } from '../engine/tensor/tensor.ts';

/** How one output of two versions differs over all rows that were compared. Absolute differences, in the unit of the output. */
export interface OutputDifference {
  readonly output: string;
  readonly rows: number;
  /** Rows in which some value differs by more than 1e-6, absolutely and relative to the value that was sent. */
  readonly differingRows: number;
  readonly meanDifference: number;
  readonly maximumDifference: number;
}

const TOLERANCE = 1e-6;
/** Larger ones could not be added up. */
const LARGEST_DIFFERENCE = 1e290;

interface Sum {
  rows: number;
  differingRows: number;
  values: number;
  sum: number;
  maximum: number;
}

/** Adds up how the outputs of a second version differ from those of the first. Text and half-precision bits differ by 1 or not at all, as do a missing or an infinite value and a number; an output that only one of them has differs in every row. */
export class DifferenceSum {
  private readonly sums = new Map<string, Sum>();

  add(sent: NamedTensors, shadowed: NamedTensors, rows: number): void {
    for (const [name, tensor] of Object.entries(sent)) compare(this.sumOf(name), tensor, shadowed[name], rows);
  }

  outputs(): readonly OutputDifference[] {
    return [...this.sums].map(([output, { rows, differingRows, values, sum, maximum }]) => ({
      output,
      rows,
      differingRows,
      meanDifference: values === 0 ? 0 : sum / values,
      maximumDifference: maximum,
    }));
  }

  private sumOf(output: string): Sum {
    const known = this.sums.get(output);
    if (known !== undefined) return known;
    const sum: Sum = { rows: 0, differingRows: 0, values: 0, sum: 0, maximum: 0 };
    this.sums.set(output, sum);
    return sum;
  }
}

function compare(sum: Sum, sent: Tensor, shadowed: Tensor | undefined, rows: number): void {
  sum.rows += rows;
  if (shadowed === undefined || shadowed.data.length !== sent.data.length) {
    sum.differingRows += rows;
    return;
  }
  const width = sent.data.length / rows;
  const opaque = sent.datatype === 'BYTES' || sent.datatype === 'FP16' || sent.datatype === 'BF16';
  for (let row = 0; row < rows; row++) {
    let differs = false;
    for (let at = row * width; at < (row + 1) * width; at++) {
      const [expected, given] = [sent.data[at], shadowed.data[at]];
      sum.values++;
      if (expected === given) continue;
      const size = opaque ? undefined : sizeOf(Number(expected), Number(given));
      if (size === undefined || size > TOLERANCE * Math.max(1, Math.abs(Number(expected)))) differs = true;
      sum.sum += size ?? 1;
      sum.maximum = Math.max(sum.maximum, size ?? 1);
    }
    if (differs) sum.differingRows++;
  }
}

/** Undefined for a missing or an infinite value beside a number: reports are JSON, which has no infinity. Two missing values agree. */
function sizeOf(a: number, b: number): number | undefined {
  const difference = Math.abs(a - b);
  if (difference < LARGEST_DIFFERENCE) return difference;
  return Number.isNaN(a) && Number.isNaN(b) ? 0 : undefined;
}
