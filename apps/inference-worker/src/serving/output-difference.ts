import type { NamedTensors, Tensor } from '../engine/tensor.ts';

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

interface Sum {
  rows: number;
  differingRows: number;
  values: number;
  sum: number;
  maximum: number;
}

/** Adds up how the outputs of a second version differ from those of the first. Text and half-precision bits differ by 1 or not at all; an output that only one of them has differs in every row. */
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
      const expected = sent.data[at];
      const difference = differenceOf(expected, shadowed.data[at], opaque);
      if (difference > TOLERANCE * Math.max(1, Math.abs(Number(expected) || 0))) differs = true;
      sum.values++;
      sum.sum += difference;
      if (difference > sum.maximum) sum.maximum = difference;
    }
    if (differs) sum.differingRows++;
  }
}

function differenceOf(a: number | bigint | string | undefined, b: number | bigint | string | undefined, opaque: boolean): number {
  if (a === b) return 0;
  if (opaque) return 1;
  const difference = Math.abs(Number(a) - Number(b));
  // Two missing values agree; one beside a number differs without a size.
  return Number.isNaN(difference) ? Number(Number.isNaN(a) !== Number.isNaN(b)) : difference;
}
