/** A symmetric matrix, row by row. Only the half below the diagonal and the diagonal are filled and read. */
export class SymmetricMatrix {
  readonly size: number;
  readonly values: Float64Array;

  constructor(size: number, values = new Float64Array(size * size)) {
    this.size = size;
    this.values = values;
  }

  /**
   * The solution of (A + damping · diag A) · x = b by Cholesky's factorisation. `undefined` where that matrix is not positive definite in 64-bit floats.
   * What has no curvature at all stays where it is: its x is 0.
   */
  solve(b: Float64Array, damping: number): Float64Array | undefined {
    const factor = this.#factor(damping);
    if (factor === undefined) return undefined;
    const { size } = this;
    const x = b.slice();
    for (let row = 0; row < size; row++) x[row] = ((x[row] as number) - dot(factor, row * size, x, row)) / (factor[row * size + row] as number);
    for (let row = size - 1; row >= 0; row--) {
      const value = (x[row] as number) / (factor[row * size + row] as number);
      x[row] = value;
      for (let column = 0; column < row; column++) x[column] = (x[column] as number) - value * (factor[row * size + column] as number);
    }
    return x;
  }

  /** L with L·Lᵀ = A + damping · diag A, in the place of a copy of A. */
  #factor(damping: number): Float64Array | undefined {
    const { size } = this;
    const factor = this.values.slice();
    for (let row = 0; row < size; row++) {
      const from = row * size;
      for (let column = 0; column < row; column++) {
        const above = column * size;
        let sum = factor[from + column] as number;
        for (let k = 0; k < column; k++) sum -= (factor[from + k] as number) * (factor[above + k] as number);
        factor[from + column] = sum / (factor[above + column] as number);
      }
      const diagonal = factor[from + row] as number;
      const pivot = diagonal === 0 ? 1 : diagonal * (1 + damping) - squares(factor, from, row);
      if (!(pivot > 0)) return undefined;
      factor[from + row] = Math.sqrt(pivot);
    }
    return factor;
  }
}

function dot(factor: Float64Array, from: number, x: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (factor[from + i] as number) * (x[i] as number);
  return sum;
}

function squares(factor: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (factor[from + i] as number) ** 2;
  return sum;
}
