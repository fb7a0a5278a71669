import { axisFrom, requireOtherAxis, shapeOf, type KnownValue, type Operator, type Rule } from '../operator.ts';
import { fixedValue, rowsValue, type RowsValue, type RowValue } from '../row-value.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { areSame, isOne, numberOf, product, sizeOf, type Size } from '../size.ts';

/** An end beyond every size. */
const FAR = 2 ** 31 - 1;

interface Cut {
  readonly axis: number;
  readonly start: Size;
  readonly end: Size;
  readonly step: number;
}

const slice: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const cuts = cutsOf(operator, shape.length);
  if (input.kind === 'fixed' && input.values !== undefined && shape.length === 1) return slicedList(operator, input.values, cuts[0]);
  const cut = [...shape];
  for (const { axis, start, end, step } of cuts) {
    const isWhole = numberOf(start) === 0 && (numberOf(end) ?? 0) >= FAR && step === 1;
    if (isWhole) continue;
    if (input.kind === 'rows') requireOtherAxis(axis, input, 'cuts');
    cut[axis] = slicedSize(operator, shape[axis] ?? sizeOf(1), start, end, step);
  }
  return input.kind === 'fixed' ? fixedValue(cut) : rowsValue(input.axis, cut);
};

function cutsOf(operator: Operator, rank: number): readonly Cut[] {
  const isOld = operator.opset < 10;
  const starts = isOld ? operator.ints('starts')?.map(sizeOf) : operator.sizes(1, 'start');
  const ends = isOld ? operator.ints('ends')?.map(sizeOf) : operator.sizes(2, 'end');
  if (starts === undefined || ends === undefined) throw new RowsMixed('where it cuts is not a constant');
  const axes = (isOld ? operator.ints('axes') : operator.numbers(3, 'list of axes')) ?? starts.map((_, axis) => axis);
  const steps = isOld ? undefined : operator.numbers(4, 'list of steps');
  return starts.map((start, index) => ({ axis: axisFrom(axes[index] ?? 0, rank), start, end: ends[index] ?? sizeOf(FAR), step: steps?.[index] ?? 1 }));
}

function slicedList(operator: Operator, values: readonly Size[], cut: Cut | undefined): RowValue {
  if (cut === undefined) return fixedValue([sizeOf(values.length)], values);
  const [start, end] = [numberOf(cut.start), numberOf(cut.end)];
  if (start === undefined || end === undefined || cut.step !== 1) {
    if (values.some(({ rows }) => rows !== 0)) throw new RowsMixed('it calculates with the number of rows');
    return fixedValue([operator.unknownSize()]);
  }
  const list = values.slice(start, end >= FAR ? undefined : end);
  return fixedValue([sizeOf(list.length)], list);
}

function slicedSize(operator: Operator, size: Size, start: Size, end: Size, step: number): Size {
  const [length, from, to] = [numberOf(size), numberOf(start), numberOf(end)];
  if (length === undefined || from === undefined || to === undefined || step !== 1) return operator.unknownSize();
  const bounded = (index: number): number => Math.min(length, Math.max(0, index < 0 ? index + length : index));
  return sizeOf(Math.max(0, bounded(to) - bounded(from)));
}

/** Picks by index along one axis: constants by rows (an embedding), or the same places of every row. */
const gather: Rule = (operator) => {
  const [data, indices] = [operator.input(0), operator.input(1)];
  const picked = data.kind === 'fixed' && data.values !== undefined && data.shape?.length === 1 ? pickedSizes(operator, data.values, indices) : undefined;
  if (picked !== undefined) return picked;
  const [shape, places] = [shapeOf(data), shapeOf(indices)];
  const axis = axisFrom(operator.int('axis', 0), shape.length);
  const given = shape.toSpliced(axis, 1, ...places);
  if (data.kind === 'rows') {
    if (indices.kind === 'rows') throw new RowsMixed('it picks from rows by index of rows');
    requireOtherAxis(axis, data, 'picks');
    return rowsValue(data.axis < axis ? data.axis : data.axis - 1 + places.length, given);
  }
  return indices.kind === 'rows' ? rowsValue(axis + indices.axis, given) : fixedValue(given);
};

function pickedSizes(operator: Operator, values: readonly Size[], indices: KnownValue): RowValue | undefined {
  const counts = values.some(({ rows }) => rows !== 0);
  if (indices.kind !== 'fixed' || indices.values === undefined) {
    if (counts) throw new RowsMixed('it calculates with the number of rows');
    return undefined;
  }
  const picked = indices.values.map((index) => values.at(numberOf(index) ?? Number.NaN));
  if (picked.some((value, index) => value === undefined || numberOf(indices.values?.[index] ?? sizeOf(0)) === undefined)) {
    if (counts) throw new RowsMixed('it calculates with the number of rows');
    return fixedValue(indices.shape);
  }
  return fixedValue(
    indices.shape,
    picked.map((value) => value ?? operator.unknownElement()),
  );
}

/** Each element picks for itself along one axis. */
const gatherElements: Rule = (operator) => {
  const [data, indices] = [operator.input(0), operator.input(1)];
  const axis = axisFrom(operator.int('axis', 0), shapeOf(data).length);
  if (data.kind === 'fixed' && indices.kind === 'fixed') return fixedValue(indices.shape);
  if (data.kind === 'fixed' && indices.kind === 'rows' && axis === indices.axis) return indices;
  const rows = requireSameRows([data, indices]);
  requireOtherAxis(axis, rows, 'picks');
  return rowsValue(rows.axis, shapeOf(indices));
};

const scatterElements: Rule = (operator) => {
  const inputs = [0, 1, 2].map((index) => operator.input(index));
  if (inputs.every(({ kind }) => kind === 'fixed')) return fixedValue(inputs[0]?.shape);
  const rows = requireSameRows(inputs);
  requireOtherAxis(axisFrom(operator.int('axis', 0), rows.shape.length), rows, 'scatters');
  return operator.input(0);
};

/** All are rows, on the same axis and as many. */
function requireSameRows(values: readonly KnownValue[]): RowsValue {
  const [first] = values;
  for (const value of values) {
    if (
      first?.kind !== 'rows' ||
      value.kind !== 'rows' ||
      value.axis !== first.axis ||
      !areSame(value.shape[value.axis] ?? sizeOf(1), first.shape[first.axis] ?? sizeOf(2))
    )
      throw new RowsMixed('it picks from rows by places that are not their own');
  }
  return first as RowsValue;
}

/** Places are vectors along the last axis of the indices. */
const gatherNd: Rule = (operator) => {
  const [data, indices] = [operator.input(0), operator.input(1)];
  const [shape, places] = [shapeOf(data), shapeOf(indices)];
  const batch = operator.int('batch_dims', 0);
  const depth = numberOf(places.at(-1) ?? sizeOf(1));
  if (depth === undefined) throw new RowsMixed('how many axes it picks by is not known');
  const given = [...places.slice(0, -1), ...shape.slice(batch + depth)];
  if (data.kind === 'fixed') {
    if (indices.kind === 'fixed') return fixedValue(given);
    if (batch !== 0 || indices.axis === places.length - 1) throw new RowsMixed('it picks by index of several rows');
    return rowsValue(indices.axis, given);
  }
  if (batch === 0 || data.axis >= batch) throw new RowsMixed('it picks from rows by index of rows');
  return rowsValue(requireSameRows([data, indices]).axis, given);
};

const compress: Rule = (operator) => {
  const input = operator.input(0);
  operator.fixed(1, 'condition');
  if (input.kind === 'fixed') return fixedValue();
  if (!operator.has('axis')) throw new RowsMixed('how many elements it keeps depends on the rows');
  const axis = axisFrom(operator.int('axis', 0), input.shape.length);
  requireOtherAxis(axis, input, 'drops values');
  return rowsValue(input.axis, input.shape.with(axis, operator.unknownSize()));
};

const shapeRule: Rule = (operator) => {
  const shape = shapeOf(operator.input(0));
  const values = shape.slice(operator.int('start', 0), operator.has('end') ? operator.int('end', 0) : undefined);
  return fixedValue([sizeOf(values.length)], values);
};

const sizeRule: Rule = (operator) => fixedValue([], [product(shapeOf(operator.input(0)))]);

const constantOfShape: Rule = (operator) => {
  const shape = operator.fixed(0, 'shape')?.values;
  if (shape === undefined) return fixedValue();
  if (shape.some(({ factor }) => factor < 0)) throw new RowsMixed('it gives a negative size');
  const counted = shape.findIndex(({ rows }) => rows !== 0);
  if (counted !== -1) return rowsValue(counted, shape);
  const value = operator.node.attributes.get('value');
  const count = numberOf(product(shape));
  // The one constant that sizes are calculated with: exporters make lists of ones by it.
  const whole = value?.kind === 'tensor' ? operator.constant(value.value) : undefined;
  const [element] = whole?.values ?? [];
  return fixedValue(shape, count !== undefined && count <= 64 && element !== undefined ? Array<Size>(count).fill(element) : undefined);
};

/** Counts from zero by one to a size, or from number to number. */
const range: Rule = (operator) => {
  const [start, limit, step] = [0, 1, 2].map((index) => operator.fixed(index, 'bound')?.values?.[0]);
  if (start === undefined || limit === undefined || step === undefined) return fixedValue();
  if (numberOf(start) === 0 && isOne(step)) return fixedValue([limit]);
  const [from, to, by] = [numberOf(start), numberOf(limit), numberOf(step)];
  if (from === undefined || to === undefined || by === undefined || by === 0) return fixedValue();
  return fixedValue([sizeOf(Math.max(0, Math.ceil((to - from) / by)))]);
};

const dataDependent: Rule = (operator) => {
  if (operator.inputs.some((value) => value?.kind === 'rows')) throw new RowsMixed('how many elements it gives depends on all rows');
  return [fixedValue(), fixedValue(), fixedValue(), fixedValue()];
};

export const SELECTION_RULES: Readonly<Record<string, Rule>> = {
  Slice: slice,
  Gather: gather,
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
  Scatter: scatterElements,
  GatherND: gatherNd,
  Compress: compress,
  Shape: shapeRule,
  Size: sizeRule,
  ConstantOfShape: constantOfShape,
  Range: range,
  NonZero: dataDependent,
  Unique: dataDependent,
};
