import { axisFrom, requireOtherAxis, type Operator, type Rule } from '../operator.ts';
import { countsRows, fixedValue, rowsValue, type RowsValue, type RowValue } from '../row-value.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { areSame, numberOf, quotient, sizeOf, times, type Size } from '../size.ts';

/** The rows of images: axis 0, before the channels. */
function images(operator: Operator, index: number): RowsValue {
  const input = operator.rows(index);
  if (input.axis !== 0 || input.shape.length < 3) throw new RowsMixed('it takes the axis of the rows for one of space or channels');
  return input;
}

/** A convolution with constant weights at input `weights`; all others are constants, too. */
function convolution(input: number, weights: number): Rule {
  return (operator) => {
    for (let index = 0; index < operator.inputs.length; index++) if (index !== input) operator.fixed(index, 'weights');
    const value = images(operator, input);
    const kernel = operator.input(weights).shape;
    const channels = kernel?.[0] ?? operator.unknownSize();
    const window = operator.ints('kernel_shape') ?? kernel?.slice(2).map((size) => numberOf(size) ?? Number.NaN);
    return rowsValue(0, [value.shape[0] ?? sizeOf(1), channels, ...windowSizes(operator, value.shape.slice(2), window)]);
  };
}

const transposedConvolution: Rule = (operator) => {
  for (let index = 1; index < operator.inputs.length; index++) operator.fixed(index, 'weights');
  const { shape } = images(operator, 0);
  const perGroup = operator.input(1).shape?.[1];
  const channels = perGroup === undefined ? operator.unknownSize() : times(perGroup, sizeOf(operator.int('group', 1)));
  return rowsValue(0, [shape[0] ?? sizeOf(1), channels, ...shape.slice(2).map(() => operator.unknownSize())]);
};

/** The indices of `MaxPool` count over all rows, so that they say which row it was. */
const pooling: Rule = (operator) => {
  const { shape } = images(operator, 0);
  return rowsValue(0, [...shape.slice(0, 2), ...windowSizes(operator, shape.slice(2), operator.ints('kernel_shape'))]);
};

const globalPooling: Rule = (operator) => {
  const { shape } = images(operator, 0);
  return rowsValue(0, [...shape.slice(0, 2), ...shape.slice(2).map(() => sizeOf(1))]);
};

function windowSizes(operator: Operator, sizes: readonly Size[], window: readonly number[] | undefined): readonly Size[] {
  return sizes.map((size, axis) => {
    const [given, width] = [numberOf(size), window?.[axis]];
    const steps = windowSteps(operator, axis, sizes.length, given, width);
    return steps === undefined ? operator.unknownSize() : sizeOf(steps);
  });
}

/** How many windows lie along one axis; undefined where that is not known. */
function windowSteps(operator: Operator, axis: number, axes: number, size: number | undefined, width: number | undefined): number | undefined {
  const stride = operator.ints('strides')?.[axis] ?? 1;
  const dilation = operator.ints('dilations')?.[axis] ?? 1;
  const mode = operator.text('auto_pad', 'NOTSET');
  if (size === undefined || width === undefined || !(stride > 0) || !(width > 0)) return undefined;
  if (mode.startsWith('SAME')) return Math.ceil(size / stride);
  const pads = mode === 'VALID' ? [] : (operator.ints('pads') ?? []);
  const free = size + (pads[axis] ?? 0) + (pads[axis + axes] ?? 0) - dilation * (width - 1) - 1;
  const steps = free / stride + 1;
  // Where the last window would begin in the padding, runtimes differ.
  if (operator.int('ceil_mode', 0) !== 0) return Number.isInteger(steps) ? steps : undefined;
  return Number.isFinite(steps) && steps >= 0 ? Math.floor(steps) : undefined;
}

/** Blocks of space become channels, or channels blocks of space. */
const rearrangement: Rule = (operator) => {
  const { shape } = images(operator, 0);
  if (shape.length !== 4) throw new RowsMixed('it takes the axis of the rows for one of space or channels');
  const block = sizeOf(operator.int('blocksize', 1));
  const isWider = operator.node.opType === 'DepthToSpace';
  const scaled = (size: Size, up: boolean): Size => (up ? times(size, block) : (quotient(size, block) ?? operator.unknownSize()));
  const [rows = sizeOf(1), channels = sizeOf(1), ...space] = shape;
  const squared = scaled(scaled(channels, !isWider), !isWider);
  return rowsValue(0, [rows, squared, ...space.map((size) => scaled(size, isWider))]);
};

/** Points of one image, by a grid of its own. */
const gridSample: Rule = (operator) => {
  const [image, grid] = [images(operator, 0), images(operator, 1)];
  return rowsValue(0, [...image.shape.slice(0, 2), ...grid.shape.slice(1, -1)]);
};

const RESIZE_MODES_OF_SIZES = ['', 'stretch'];
/** Of so many axes the first is none of space. */
const IMAGE_RANKS = [4, 5];

/** Scales, or sizes, that leave the axis of the rows as it is. */
const resize: Rule = (operator) => {
  const input = operator.rows(0);
  const isOld = operator.node.opType === 'Upsample' || operator.opset < 11;
  const [scales, sizes] = isOld ? [1, -1] : [2, 3];
  if (operator.text('coordinate_transformation_mode', '') === 'tf_crop_and_resize') throw new RowsMixed('it crops along every axis');
  // A neighbour counts nothing where the scale is 1; but nothing times what is not finite is not a number.
  if (operator.text('mode', 'nearest') !== 'nearest' && (input.axis !== 0 || !IMAGE_RANKS.includes(input.shape.length)))
    throw new RowsMixed('it interpolates along the rows');
  if (operator.has('axes')) {
    if (operator.inputs.some(countsRows)) throw new RowsMixed('it calculates with the number of rows');
    const axes = operator.ints('axes') ?? [];
    for (const axis of axes) requireOtherAxis(axisFrom(axis, input.shape.length), input, 'resizes');
    if (!RESIZE_MODES_OF_SIZES.includes(operator.text('keep_aspect_ratio_policy', ''))) throw new RowsMixed('it scales all axes together');
    return rowsValue(
      input.axis,
      input.shape.map((size, axis) => (axes.some((other) => axisFrom(other, input.shape.length) === axis) ? operator.unknownSize() : size)),
    );
  }
  const factors = operator.fixed(scales, 'scale')?.floats;
  const target = sizes === -1 ? undefined : operator.inputs[sizes];
  if (factors !== undefined && factors.length === input.shape.length) {
    if (factors[input.axis] !== 1) throw new RowsMixed('it resizes along the rows');
    return rowsValue(
      input.axis,
      input.shape.map((size, axis) => (factors[axis] === 1 ? size : resized(operator, size, factors[axis] ?? 1))),
    );
  }
  if (target?.kind === 'fixed' && target.values?.length === input.shape.length) {
    const [wanted, present] = [target.values[input.axis], input.shape[input.axis]];
    if (wanted === undefined || present === undefined || !areSame(wanted, present)) throw new RowsMixed('it resizes along the rows');
    if (!RESIZE_MODES_OF_SIZES.includes(operator.text('keep_aspect_ratio_policy', ''))) throw new RowsMixed('it scales all axes together');
    return rowsValue(input.axis, target.values);
  }
  throw new RowsMixed('how it scales the axis of the rows is not a constant');
};

function resized(operator: Operator, size: Size, factor: number): Size {
  const given = numberOf(size);
  return given === undefined ? operator.unknownSize() : sizeOf(Math.floor(given * factor));
}

/** Constant images give constants. */
function ofImages(rule: Rule): Rule {
  return (operator): RowValue | readonly RowValue[] => (operator.inputs.every((value) => value?.kind !== 'rows') ? fixedValue() : rule(operator));
}

export const WINDOW_RULES: Readonly<Record<string, Rule>> = Object.fromEntries(
  Object.entries({
    Conv: convolution(0, 1),
    ConvInteger: convolution(0, 1),
    QLinearConv: convolution(0, 3),
    ConvTranspose: transposedConvolution,
    AveragePool: pooling,
    LpPool: pooling,
    MaxPool: pooling,
    GlobalAveragePool: globalPooling,
    GlobalLpPool: globalPooling,
    GlobalMaxPool: globalPooling,
    DepthToSpace: rearrangement,
    SpaceToDepth: rearrangement,
    GridSample: gridSample,
    Resize: resize,
    Upsample: resize,
  } satisfies Record<string, Rule>).map(([name, rule]) => [name, ofImages(rule)]),
);
