import { requireRowsAt } from '../broadcast.ts';
import { axisFrom, requireOtherAxis, shapeOf, type KnownValue, type Rule } from '../operator.ts';
import { fixedValue, rowsValue, type RowValue } from '../row-value.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { numberOf, product, sizeOf, type Size } from '../size.ts';

/** `shape` without `axes`, or with them as 1. */
function reduced(input: KnownValue, axes: readonly number[], keeps: boolean): RowValue {
  const shape = shapeOf(input);
  const without = (axis: number): boolean => axes.includes(axis);
  const left = keeps ? shape.map((size, axis) => (without(axis) ? sizeOf(1) : size)) : shape.filter((_, axis) => !without(axis));
  if (input.kind === 'fixed') return fixedValue(left);
  return rowsValue(keeps ? input.axis : input.axis - axes.filter((axis) => axis < input.axis).length, left);
}

const reduction: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const given = operator.axes(1) ?? [];
  if (given.length === 0 && operator.int('noop_with_empty_axes', 0) !== 0) return input;
  const axes = given.length === 0 ? shape.map((_, axis) => axis) : given.map((axis) => axisFrom(axis, shape.length));
  if (input.kind === 'rows') for (const axis of axes) requireOtherAxis(axis, input, 'reduces');
  return reduced(input, axes, operator.int('keepdims', 1) !== 0);
};

/** The product of sizes is a size. */
const reducedProduct: Rule = (operator) => {
  const [input] = operator.inputs;
  const isOfAll = operator.int('noop_with_empty_axes', 0) === 0;
  if (input?.kind !== 'fixed' || input.values === undefined || input.shape?.length !== 1 || !isOfAll) return reduction(operator);
  return fixedValue(operator.int('keepdims', 1) === 0 ? [] : [sizeOf(1)], [product(input.values)]);
};

const argument: Rule = (operator) => {
  const input = operator.input(0);
  const axis = axisFrom(operator.int('axis', 0), shapeOf(input).length);
  if (input.kind === 'rows') requireOtherAxis(axis, input, 'compares');
  return reduced(input, [axis], operator.int('keepdims', 1) !== 0);
};

const topK: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const axis = axisFrom(operator.int('axis', -1), shape.length);
  if (input.kind === 'rows') requireOtherAxis(axis, input, 'sorts');
  const [count] = operator.opset < 10 ? [sizeOf(operator.int('k', 1))] : (operator.fixed(1, 'number of values')?.values ?? [operator.unknownSize()]);
  const given = shape.with(axis, count ?? operator.unknownSize());
  const value = input.kind === 'rows' ? rowsValue(input.axis, given) : fixedValue(given);
  return [value, value];
};

const cumulative: Rule = (operator) => {
  const input = operator.input(0);
  if (input.kind === 'fixed') return fixedValue(input.shape);
  const [axis] = operator.numbers(1, 'axis') ?? [];
  if (axis === undefined) throw new RowsMixed('its axis is not a constant');
  requireOtherAxis(axisFrom(axis, input.shape.length), input, 'accumulates');
  return input;
};

/** Before version 13, everything from the axis on was one vector. */
const softmax: Rule = (operator) => {
  const input = operator.input(0);
  if (input.kind === 'fixed') return fixedValue(input.shape);
  const isOld = operator.opset < 13;
  const axis = axisFrom(operator.int('axis', isOld ? 1 : -1), input.shape.length);
  if (isOld && axis <= input.axis) throw new RowsMixed(`it normalises over the rows (axes from ${axis} on)`);
  requireOtherAxis(axis, input, 'normalises');
  return input;
};

const overOneAxis: Rule = (operator) => {
  const input = operator.input(0);
  if (input.kind === 'rows') requireOtherAxis(axisFrom(operator.int('axis', -1), input.shape.length), input, 'normalises');
  return input;
};

/** Axis 0 is that of the rows; constants lie along the channels. */
function perImage(minimumRank: number): Rule {
  return (operator) => {
    for (let index = 1; index < operator.inputs.length; index++) operator.fixed(index, 'parameters');
    const input = operator.input(0);
    if (input.kind === 'rows' && (input.axis !== 0 || input.shape.length < minimumRank)) throw new RowsMixed('it normalises over the rows');
    return input;
  };
}

const batchNormalization: Rule = (operator) => {
  const learns = operator.opset >= 14 ? operator.int('training_mode', 0) !== 0 : operator.node.outputs.length > 1;
  if (learns) throw new RowsMixed('it normalises by the mean of the rows, as in training');
  for (let index = 1; index < operator.inputs.length; index++) operator.fixed(index, 'parameters');
  const input = operator.input(0);
  if (input.kind === 'rows' && (input.axis !== 0 || input.shape.length < 2)) throw new RowsMixed('its parameters lie along the rows');
  return input;
};

/** Everything from the axis on is one vector. Scales and biases meet it aligned at the right. */
export function layerNormalization(inputs: readonly number[], parameters: readonly number[]): Rule {
  return (operator) => {
    const values = inputs.flatMap((index) => operator.inputs[index] ?? []);
    const input = values.find((value) => value.kind === 'rows');
    if (input === undefined) return fixedValue(values[0]?.shape);
    const place = input.shape.length - input.axis;
    const size = input.shape[input.axis] ?? sizeOf(1);
    const axis = axisFrom(operator.int('axis', -1), input.shape.length);
    if (input.axis >= axis) throw new RowsMixed(`it normalises over the rows (axes from ${axis} on)`);
    for (const value of values) requireRowsAt(value, place, size);
    for (const index of parameters) {
      const parameter = operator.fixed(index, 'parameters');
      if (parameter !== undefined) requireRowsAt(parameter, place, size);
    }
    return input;
  };
}

const meanVariance: Rule = (operator) => {
  const input = operator.input(0);
  if (input.kind === 'fixed') return input;
  for (const axis of operator.ints('axes') ?? [0, 2, 3]) requireOtherAxis(axisFrom(axis, input.shape.length), input, 'normalises');
  return input;
};

/** One hot vector per element, along a new axis. */
const oneHot: Rule = (operator) => {
  const input = operator.input(0);
  const shape = shapeOf(input);
  const depth = operator.fixed(1, 'depth');
  operator.fixed(2, 'values');
  const at = axisFrom(operator.int('axis', -1), shape.length + 1);
  const known = depth?.values?.[0];
  const width: Size = known === undefined || numberOf(known) === undefined ? operator.unknownSize() : known;
  const wide = shape.toSpliced(at, 0, width);
  return input.kind === 'fixed' ? fixedValue(wide) : rowsValue(input.axis + (at <= input.axis ? 1 : 0), wide);
};

/** Where a length is zero, ONNX Runtime 1.27 leaves what lay in the memory of the output, which may be of another row. */
const reverseSequence: Rule = (operator) => {
  if (operator.inputs.some((value) => value?.kind === 'rows')) throw new RowsMixed('it gives what lies in memory where a length is zero');
  return fixedValue();
};

export const REDUCTION_RULES: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(
    ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Sum', 'SumSquare'].map((name): [string, Rule] => [`Reduce${name}`, reduction]),
  ),
  ReduceProd: reducedProduct,
  ArgMax: argument,
  ArgMin: argument,
  TopK: topK,
  CumSum: cumulative,
  CumProd: cumulative,
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  LpNormalization: overOneAxis,
  BatchNormalization: batchNormalization,
  InstanceNormalization: perImage(3),
  GroupNormalization: perImage(3),
  LRN: perImage(3),
  LayerNormalization: layerNormalization([0], [1, 2]),
  RMSNormalization: layerNormalization([0], [1]),
  MeanVarianceNormalization: meanVariance,
  OneHot: oneHot,
  ReverseSequence: reverseSequence,
};
