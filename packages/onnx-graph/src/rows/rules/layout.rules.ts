import { broadcastShape } from '../broadcast.ts';
import { axisFrom, requireOtherAxis, shapeOf, type KnownValue, type Operator, type Rule } from '../operator.ts';
import { fixedValue, rowsValue, type RowsValue, type RowValue } from '../row-value.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { areSame, isOne, numberOf, product, quotient, sizeOf, times, type Size } from '../size.ts';

/**
 * The value in another shape of as many elements. Elements stay in order, so rows stay rows where the axes before theirs hold as
 * many elements as before: then what follows is theirs, one after the other.
 */
function reshaped(input: RowsValue, shape: readonly Size[]): RowsValue {
  const before = product(input.shape.slice(0, input.axis));
  let passed = sizeOf(1);
  for (const [axis, size] of shape.entries()) {
    if (size.rows === 1) {
      if (!areSame(passed, before)) break;
      return rowsValue(axis, shape);
    }
    passed = times(passed, size);
  }
  throw new RowsMixed('its shape does not keep the rows together on one axis');
}

const reshape: Rule = (operator) => {
  const input = operator.input(0);
  const given = operator.opset < 5 ? operator.ints('shape')?.map(sizeOf) : operator.fixed(1, 'shape')?.values;
  if (given === undefined) {
    if (input.kind === 'fixed') return fixedValue();
    throw new RowsMixed('its shape is not a constant');
  }
  if (input.kind === 'fixed' && input.shape === undefined) return fixedValue(given.every(({ factor }) => factor > 0) ? given : undefined);
  const keepsZero = operator.int('allowzero', 0) !== 0;
  const wanted = given.map((size, axis) => (numberOf(size) === 0 && !keepsZero ? (shapeOf(input)[axis] ?? sizeOf(1)) : size));
  const shape = completed(input, wanted);
  return input.kind === 'fixed' ? fixedValue(shape, input.values) : reshaped(input, shape);
};

/** With the -1 replaced by what is left for it. */
function completed(input: KnownValue, wanted: readonly Size[]): readonly Size[] {
  const open = wanted.findIndex((size) => numberOf(size) === -1);
  const all = product(shapeOf(input));
  if (open === -1) {
    if (input.kind === 'rows' && !areSame(product(wanted), all))
      throw new RowsMixed(`its shape [${show(wanted)}] fixes the number of rows, or is not known to keep it`);
    return wanted;
  }
  const left = quotient(all, product(wanted.toSpliced(open, 1)));
  if (left === undefined) throw new RowsMixed(`its shape [${show(wanted)}] is not known to keep rows of [${show(shapeOf(input))}] together`);
  return wanted.with(open, left);
}

/** Shapes as a reader of the graph would write them. */
export function show(shape: readonly Size[]): string {
  return shape
    .map((size) =>
      [...(size.factor === 1 && (size.rows > 0 || size.names.length > 0) ? [] : [size.factor]), ...Array<string>(size.rows).fill('rows'), ...size.names].join(
        '·',
      ),
    )
    .join(', ');
}

const flatten: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const given = operator.int('axis', 1);
  const axis = given < 0 ? given + shape.length : given;
  const flat = [product(shape.slice(0, axis)), product(shape.slice(axis))];
  return input.kind === 'fixed' ? fixedValue(flat, input.values) : reshaped(input, flat);
};

const transpose: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const order = operator.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  if (order.length !== shape.length) throw new RowsMixed('its permutation has another number of axes than its input');
  const turned = order.map((axis) => shape[axis] ?? sizeOf(1));
  return input.kind === 'fixed' ? fixedValue(turned, turned.length < 2 ? input.values : undefined) : rowsValue(order.indexOf(input.axis), turned);
};

const squeeze: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const listed = operator.axes(1) ?? [];
  // ONNX Runtime takes an empty list for one that is left out.
  const given = listed.length === 0 ? undefined : listed.map((axis) => axisFrom(axis, shape.length));
  if (given === undefined && (input.kind === 'rows' || shape.some((size) => numberOf(size) === undefined)))
    throw new RowsMixed('it drops every axis of one element, which is that of the rows where there is one row');
  const axes = given ?? shape.flatMap((size, axis) => (isOne(size) ? [axis] : []));
  if (input.kind === 'rows') for (const axis of axes) requireOtherAxis(axis, input, 'squeezes');
  const left = shape.filter((_, axis) => !axes.includes(axis));
  return input.kind === 'fixed' ? fixedValue(left, input.values) : rowsValue(input.axis - axes.filter((axis) => axis < input.axis).length, left);
};

const unsqueeze: Rule = (operator) => {
  const input = operator.input(0);
  const shape = [...shapeOf(input)];
  const given = operator.axes(1) ?? [];
  const axes = given.map((axis) => axisFrom(axis, shape.length + given.length)).toSorted((a, b) => a - b);
  let rows = input.kind === 'rows' ? input.axis : -1;
  for (const axis of axes) {
    shape.splice(axis, 0, sizeOf(1));
    if (rows !== -1 && axis <= rows) rows++;
  }
  return input.kind === 'fixed' ? fixedValue(shape, input.values) : rowsValue(rows, shape);
};

const concat: Rule = (operator) => {
  const inputs = operator.inputs.flatMap((value) => value ?? []);
  const rows = inputs.find((value) => value.kind === 'rows');
  const [first] = inputs;
  if (rows === undefined) return concatenated(inputs);
  const axis = axisFrom(operator.int('axis', operator.opset < 4 ? 1 : 0), rows.shape.length);
  requireOtherAxis(axis, rows, 'appends');
  for (const value of inputs) {
    if (value.kind !== 'rows') throw new RowsMixed('it puts a constant beside the rows that fits one number of them');
    if (
      value.axis !== rows.axis ||
      value.shape.length !== rows.shape.length ||
      !areSame(value.shape[value.axis] ?? sizeOf(1), rows.shape[rows.axis] ?? sizeOf(1))
    )
      throw new RowsMixed('it puts rows beside others than their own');
  }
  return rowsValue(rows.axis, (first?.shape ?? rows.shape).with(axis, total(operator, inputs, axis)));
};

function total(operator: Operator, inputs: readonly KnownValue[], axis: number): Size {
  const sizes = inputs.map((value) => numberOf(shapeOf(value)[axis] ?? sizeOf(1)));
  return sizes.every((size) => size !== undefined) ? sizeOf(sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)) : operator.unknownSize();
}

/** Lists of sizes, one after the other. */
function concatenated(inputs: readonly KnownValue[]): RowValue {
  const lists = inputs.map((value) => (value.kind === 'fixed' && value.shape?.length === 1 ? value.values : undefined));
  if (!lists.every((list) => list !== undefined)) {
    if (inputs.some((value) => value.kind === 'fixed' && value.values?.some(({ rows }) => rows !== 0)))
      throw new RowsMixed('it calculates with the number of rows');
    return fixedValue();
  }
  if (lists.reduce((sum, { length }) => sum + length, 0) > 1024) throw new RowsMixed('its sizes are too many to be followed');
  const values = lists.flat();
  return fixedValue([sizeOf(values.length)], values);
}

const split: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const axis = axisFrom(operator.int('axis', 0), shape.length);
  if (input.kind === 'rows') requireOtherAxis(axis, input, 'cuts');
  const sizes = operator.ints('split')?.map(sizeOf) ?? operator.fixed(1, 'list of sizes')?.values;
  const length = operator.int('num_outputs', operator.node.outputs.length);
  return operator.node.outputs.map((_, index) => {
    const even = operator.inputs[1] === undefined && sizes === undefined ? quotient(shape[axis] ?? sizeOf(1), sizeOf(length)) : undefined;
    const given = shape.with(axis, sizes?.[index] ?? even ?? operator.unknownSize());
    return input.kind === 'fixed' ? fixedValue(given) : rowsValue(input.axis, given);
  });
};

/** Repeats a value until it has a shape that it can be broadcast to. */
const expand: Rule = (operator) => {
  const input = operator.input(0);
  const target = operator.fixed(1, 'shape')?.values;
  const shape = shapeOf(input);
  if (target === undefined) {
    if (input.kind === 'fixed') return fixedValue();
    throw new RowsMixed('its shape is not a constant');
  }
  const rank = Math.max(shape.length, target.length);
  const counted = target.findIndex(({ rows }) => rows !== 0);
  const place = input.kind === 'rows' ? rank - shape.length + input.axis : counted === -1 ? -1 : rank - target.length + counted;
  if (place === -1) return fixedValue(broadcastShape(operator, [shape, target]));
  const [present = sizeOf(1), wanted = sizeOf(1)] = [shape[place - rank + shape.length], target[place - rank + target.length]];
  if (input.kind === 'rows' ? !isOne(wanted) && !areSame(present, wanted) : !isOne(present)) throw new RowsMixed('it repeats values along the rows');
  return rowsValue(place, broadcastShape(operator, [shape, target]).with(place, input.kind === 'rows' ? present : wanted));
};

const tile: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const repeats = operator.sizes(1, 'list of repeats') ?? [];
  const tiled = shape.map((size, axis) => times(size, repeats[axis] ?? sizeOf(1)));
  if (input.kind === 'rows') {
    if (!isOne(repeats[input.axis] ?? sizeOf(1))) throw new RowsMixed('it repeats the rows');
    return rowsValue(input.axis, tiled);
  }
  const counted = repeats.findIndex(({ rows }) => rows !== 0);
  if (counted === -1) return fixedValue(tiled);
  if (!isOne(shape[counted] ?? sizeOf(2))) throw new RowsMixed('it repeats values along the rows');
  return rowsValue(counted, tiled);
};

const pad: Rule = (operator) => {
  const input = operator.input(0);
  operator.fixed(2, 'value');
  if (input.kind === 'fixed') return fixedValue();
  const { shape } = input;
  const pads = operator.ints('pads') ?? operator.ints('paddings') ?? operator.numbers(1, 'list of pads') ?? [];
  const axes = operator.numbers(3, 'list of axes')?.map((axis) => axisFrom(axis, shape.length)) ?? shape.map((_, axis) => axis);
  const padded = shape.map((size, axis) => {
    const at = axes.indexOf(axis);
    const [before = 0, after = 0] = at === -1 ? [] : [pads[at], pads[at + axes.length]];
    if (before === 0 && after === 0) return size;
    if (axis === input.axis) throw new RowsMixed('it pads along the rows');
    const number = numberOf(size);
    return number === undefined ? operator.unknownSize() : sizeOf(number + before + after);
  });
  return rowsValue(input.axis, padded);
};

export const LAYOUT_RULES: Readonly<Record<string, Rule>> = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Concat: concat,
  Split: split,
  Expand: expand,
  Tile: tile,
  Pad: pad,
};
