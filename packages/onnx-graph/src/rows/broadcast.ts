import { shapeOf, type KnownValue, type Operator } from './operator.ts';
import { fixedValue, rowsValue, type RowValue } from './row-value.ts';
import { RowsMixed } from './rows-mixed.ts';
import { areSame, isOne, numberOf, sizeOf, type Size } from './size.ts';

/**
 * What an elementwise operator gives: shapes are aligned at the right. Rows stay rows where every other input has them at the same
 * place, or is the same for all of them.
 */
export function broadcast(operator: Operator, inputs: readonly KnownValue[]): RowValue {
  const rows = inputs.find((value) => value.kind === 'rows');
  if (rows === undefined) {
    return inputs.some(({ shape }) => shape === undefined) ? fixedValue() : fixedValue(broadcastShape(operator, inputs.map(shapeOf)));
  }
  const fromRight = rows.shape.length - rows.axis;
  const size = rows.shape[rows.axis] ?? sizeOf(1);
  for (const value of inputs) requireRowsAt(value, fromRight, size);
  const shape = broadcastShape(operator, inputs.map(shapeOf));
  return rowsValue(shape.length - fromRight, shape);
}

/** Throws unless `value`, aligned at the right, meets rows at this place from the right one by one: as rows itself, or with one value for all. */
export function requireRowsAt(value: KnownValue, fromRight: number, size: Size): void {
  const shape = shapeOf(value);
  if (value.kind === 'rows') {
    if (shape.length - value.axis !== fromRight || !areSame(shape[value.axis] ?? size, size)) throw new RowsMixed('it combines every row with every other');
    return;
  }
  const met = shape.at(-fromRight);
  if (shape.length >= fromRight && met !== undefined && !isOne(met)) throw new RowsMixed('a constant has different values along the rows');
}

/** The shape that shapes have together, aligned at the right. */
export function broadcastShape(operator: Operator, shapes: readonly (readonly Size[])[]): readonly Size[] {
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const fromRight = rank - axis;
    return joinedSize(
      operator,
      shapes.flatMap((shape) => (shape.length >= fromRight ? (shape.at(-fromRight) ?? []) : [])),
    );
  });
}

function joinedSize(operator: Operator, sizes: readonly Size[]): Size {
  const wide = sizes.filter((size) => !isOne(size));
  const [first] = wide;
  if (first === undefined) return sizeOf(1);
  if (wide.every((size) => areSame(size, first))) return first;
  if (wide.some(({ rows }) => rows > 0) && wide.some((size) => numberOf(size) !== undefined)) throw new RowsMixed('a size fits one number of rows');
  // A number other than one is what the others must be, too, or one.
  return wide.find((size) => numberOf(size) !== undefined) ?? wide.find(({ rows }) => rows > 0) ?? operator.unknownSize();
}
