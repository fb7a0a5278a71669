import { broadcastShape, requireRowsAt } from '../broadcast.ts';
import { axisFrom, shapeOf, type KnownValue, type Operator, type Rule } from '../operator.ts';
import { fixedValue, rowsValue, type RowValue } from '../row-value.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { areSame, isOne, product, sizeOf, type Size } from '../size.ts';

/** A matrix product over the last axis of `left` and the last but one of `right`; vectors are widened as NumPy does. */
export function matrixProduct(operator: Operator, left: KnownValue, right: KnownValue): RowValue {
  if (left.kind === 'fixed' && right.kind === 'fixed' && (left.shape === undefined || right.shape === undefined)) return fixedValue();
  const [a, b] = [shapeOf(left), shapeOf(right)];
  if (a.length < 2 || b.length < 1) throw new RowsMixed('it multiplies a vector, and sums over it');
  const isVector = b.length === 1;
  const wide = isVector ? [...b, sizeOf(1)] : b;
  const leading = broadcastShape(operator, [a.slice(0, -2), wide.slice(0, -2)]);
  const shape = [...leading, a.at(-2) ?? sizeOf(1), ...(isVector ? [] : [wide.at(-1) ?? sizeOf(1)])];
  const place = placeOfRows(left, right, a, b);
  return place === undefined ? fixedValue(shape) : rowsValue(leading.length + 2 - place, shape);
}

/** Counted from the right of a product of matrices; undefined: it is made of no rows. */
function placeOfRows(left: KnownValue, right: KnownValue, a: readonly Size[], b: readonly Size[]): number | undefined {
  const byLeft = left.kind === 'rows' ? a.length - left.axis : undefined;
  const byRight = right.kind === 'rows' ? b.length - right.axis : undefined;
  if (byLeft === 1 || byRight === 2 || (b.length === 1 && byRight !== undefined)) throw new RowsMixed('it sums over the rows');
  const place = byLeft ?? byRight;
  if (place === undefined) return undefined;
  if (place > 2 || byLeft === undefined || byRight !== undefined) {
    if (place <= 2 && byLeft !== undefined && byRight !== undefined) throw new RowsMixed('it multiplies every row with every other');
    const size = (byLeft === undefined ? b : a).at(-place) ?? sizeOf(1);
    if (place > 2) for (const value of [left, right]) requireRowsAt(value, place, size);
  }
  return place;
}

const matMul: Rule = (operator) => matrixProduct(operator, operator.input(0), operator.input(1));

/** Products of quantized matrices: scales and zero points of the left side must be one for all rows. */
function quantizedMatMul(left: number, right: number, singles: readonly number[], constants: readonly number[]): Rule {
  return (operator) => {
    for (const index of singles) {
      const value = operator.fixed(index, 'scale or zero point');
      if (value !== undefined && !isOne(product(shapeOf(value)))) throw new RowsMixed('its scales or zero points lie along the rows');
    }
    for (const index of constants) operator.fixed(index, 'scale or zero point');
    const second = operator.fixed(right, 'right matrix');
    return matrixProduct(operator, operator.input(left), second ?? fixedValue());
  };
}

const gemm: Rule = (operator) => {
  const [left, right, added] = [operator.input(0), operator.fixed(1, 'right matrix'), operator.inputs[2]];
  if (left.kind === 'fixed' || right === undefined) {
    if (added?.kind === 'rows') throw new RowsMixed('it adds rows to a constant');
    return fixedValue();
  }
  const isTurned = operator.int('transA', 0) !== 0;
  const shape = shapeOf(left);
  if (shape.length !== 2 || left.axis !== (isTurned ? 1 : 0)) throw new RowsMixed('it sums over the rows');
  const size = shape[left.axis] ?? sizeOf(1);
  if (added !== undefined) requireRowsAt(added, 2, size);
  const columns = right.shape?.[operator.int('transB', 0) === 0 ? 1 : 0] ?? operator.unknownSize();
  return rowsValue(0, [size, columns]);
};

/** Every label of the equation but that of the rows may be summed over; that one stays, and belongs to rows alone. */
const einsum: Rule = (operator) => {
  const equation = operator.text('equation', '').replaceAll(' ', '');
  const [taken = '', given] = equation.split('->');
  const terms = taken.split(',');
  const inputs = operator.inputs.flatMap((value) => value ?? []);
  if (given === undefined || equation.includes('.') || terms.length !== inputs.length) throw new RowsMixed(`its equation "${equation}" is not followed`);
  const sizes = new Map<string, Size>();
  const labels = new Set<string>();
  for (const [index, value] of inputs.entries()) {
    const term = terms[index] ?? '';
    if (value.kind === 'rows') labels.add(term[value.axis] ?? '');
    for (const [axis, name] of Array.from(term).entries()) {
      const size = value.shape === undefined ? operator.unknownSize() : (value.shape[axis] ?? sizeOf(1));
      // Sizes of one are repeated, as in any broadcast.
      sizes.set(name, broadcastShape(operator, [[sizes.get(name) ?? sizeOf(1)], [size]])[0] ?? size);
    }
  }
  const [label] = labels;
  if (label === undefined) return fixedValue();
  if (labels.size !== 1 || label === '') throw new RowsMixed('it combines every row with every other');
  for (const [index, value] of inputs.entries()) {
    if ((terms[index] ?? '').split(label).length - 1 !== (value.kind === 'rows' ? 1 : 0)) throw new RowsMixed('it combines rows with each other');
    if (value.kind === 'rows' && !areSame(value.shape[value.axis] ?? sizeOf(1), sizes.get(label) ?? sizeOf(1)))
      throw new RowsMixed('it combines rows with others than their own');
  }
  if (given.split(label).length !== 2) throw new RowsMixed('it sums over the rows');
  return rowsValue(
    given.indexOf(label),
    Array.from(given, (name) => sizes.get(name) ?? operator.unknownSize()),
  );
};

const overLastTwo: Rule = (operator) => {
  const input = operator.input(0);
  const rank = shapeOf(input).length;
  if (input.kind === 'rows' && input.axis >= rank - 2) throw new RowsMixed('it works on matrices that rows are a part of');
  return input;
};

const determinant: Rule = (operator) => {
  const matrices = overLastTwo(operator) as KnownValue;
  const shape = shapeOf(matrices).slice(0, -2);
  return matrices.kind === 'rows' ? rowsValue(matrices.axis, shape) : fixedValue(shape);
};

/** Weights of few bits, unpacked by the operator: `N` columns. */
export const matMulOfFewBits: Rule = (operator) => {
  const input = operator.rows(0);
  for (let index = 1; index < operator.inputs.length; index++) operator.fixed(index, 'weights');
  if (axisFrom(-1, input.shape.length) === input.axis) throw new RowsMixed('it sums over the rows');
  return rowsValue(input.axis, [...input.shape.slice(0, -1), sizeOf(operator.int('N', 0))]);
};

export const MATRIX_RULES: Readonly<Record<string, Rule>> = {
  MatMul: matMul,
  MatMulInteger: quantizedMatMul(0, 1, [2], [3]),
  QLinearMatMul: quantizedMatMul(0, 3, [1, 2, 6, 7], [4, 5]),
  Gemm: gemm,
  Einsum: einsum,
  Det: determinant,
  Trilu: (operator) => {
    operator.fixed(1, 'diagonal');
    return overLastTwo(operator);
  },
};
