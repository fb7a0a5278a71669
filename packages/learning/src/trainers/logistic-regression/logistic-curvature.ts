import { sigmoid } from '../../sigmoid.ts';
import type { DesignColumn } from './design-columns.ts';
import { logitsOf } from './logistic-loss.ts';
import { SymmetricMatrix } from './symmetric-matrix.ts';

/**
 * The second derivatives of {@link logisticLoss}: Xᵀ·diag(p(1−p)/n)·X + l2/n on the diagonal but for the intercept. Of every column a row has one entry
 * that is not zero (its slot, its value, or that it is missing), so a row costs one addition for each pair of columns, however many weights there are.
 */
export function logisticCurvature(columns: readonly DesignColumn[], rows: number, weights: Float64Array, l2: number): SymmetricMatrix {
  const matrix = new SymmetricMatrix(weights.length);
  const curvature = logitsOf(columns, weights, rows).map((logit) => {
    const probability = sigmoid(logit);
    return (probability * (1 - probability)) / rows;
  });
  matrix.values[0] = curvature.reduce((sum, value) => sum + value, 0);
  const places = new Int32Array(rows);
  const products = new Float64Array(rows);
  for (const [index, column] of columns.entries()) {
    entriesOf(column, { curvature, size: matrix.size, places, products });
    for (let row = 0; row < rows; row++) add(matrix.values, places[row] as number, products[row] as number);
    for (const other of columns.slice(0, index + 1)) {
      if (other.kind === 'category') addCategories(matrix.values, other, places, products);
      else addNumbers(matrix.values, other, places, products);
    }
  }
  for (let i = 1; i < matrix.size; i++) add(matrix.values, i * matrix.size + i, l2 / rows);
  return matrix;
}

interface Entries {
  readonly curvature: Float64Array;
  readonly size: number;
  /** Where the matrix row of the entry begins. */
  readonly places: Int32Array;
  /** The entry times the curvature of its row. */
  readonly products: Float64Array;
}

function entriesOf({ kind, values, offset }: DesignColumn, { curvature, size, places, products }: Entries): void {
  const isCategory = kind === 'category';
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    const isMissing = Number.isNaN(value);
    places[row] = (offset + (isCategory ? value : isMissing ? 1 : 0)) * size;
    products[row] = (curvature[row] as number) * (isCategory || isMissing ? 1 : value);
  }
}

function addCategories(matrix: Float64Array, { values, offset }: DesignColumn, places: Int32Array, products: Float64Array): void {
  for (let row = 0; row < values.length; row++) add(matrix, (places[row] as number) + offset + (values[row] as number), products[row] as number);
}

function addNumbers(matrix: Float64Array, { values, offset }: DesignColumn, places: Int32Array, products: Float64Array): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    const place = (places[row] as number) + offset;
    if (Number.isNaN(value)) add(matrix, place + 1, products[row] as number);
    else add(matrix, place, (products[row] as number) * value);
  }
}

function add(matrix: Float64Array, place: number, value: number): void {
  matrix[place] = (matrix[place] as number) + value;
}
