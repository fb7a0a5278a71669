import { broadcast } from '../broadcast.ts';
import { axisFrom, shapeOf, type KnownValue, type Rule } from '../operator.ts';
import { countsRows, fixedValue, type RowValue } from '../row-value.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { areSame, isOne, isSize, numberOf, product, quotient, sizeOf, times, type Size } from '../size.ts';

/** The first output has the shape of the first input, and each element is made of the one at its place. */
const unary: Rule = (operator) => operator.input(0);

/** Further inputs must be the same for all rows. */
function unaryWith(what: string): Rule {
  return (operator) => {
    for (let index = 1; index < operator.inputs.length; index++) {
      const value = operator.fixed(index, what);
      if (value !== undefined && !isOne(product(shapeOf(value)))) throw new RowsMixed(`its ${what} is not one number`);
    }
    return operator.input(0);
  };
}

/** Before version 8, all inputs of these had to have one shape, which a constant has for one number of rows only. */
const OF_ONE_SHAPE: ReadonlySet<string> = new Set(['Max', 'Mean', 'Min', 'Sum']);

function requireNoConstant(inputs: readonly (KnownValue | undefined)[]): void {
  const kinds = new Set(inputs.flatMap((value) => value?.kind ?? []));
  if (kinds.size > 1) throw new RowsMixed('a constant fits one number of rows');
}

const elementwise: Rule = (operator) => {
  // Before version 7, shapes were aligned by an attribute.
  if (operator.node.domain === '' && operator.opset < 7 && operator.int('broadcast', 0) !== 0)
    throw new RowsMixed('it broadcasts as operator sets before 7 did');
  if (operator.node.domain === '' && operator.opset < 8 && OF_ONE_SHAPE.has(operator.node.opType)) requireNoConstant(operator.inputs);
  return broadcast(
    operator,
    operator.inputs.flatMap((value) => value ?? []),
  );
};

/** Elementwise on few numbers that sizes are calculated from. */
function onSizes(calculate: (...elements: readonly Size[]) => Size | undefined): Rule {
  return (operator) => {
    const result = elementwise(operator) as RowValue;
    const inputs = operator.inputs.flatMap((value) => value ?? []);
    if (result.kind !== 'fixed') {
      if (inputs.some(countsRows)) throw new RowsMixed('it calculates with the number of rows');
      return result;
    }
    const values = calculated(inputs, calculate);
    const isWhole = result.shape !== undefined && numberOf(product(result.shape)) === values?.length;
    if (!isWhole && inputs.some(countsRows)) throw new RowsMixed('it calculates with the number of rows');
    return fixedValue(result.shape, isWhole ? values?.map((value) => value ?? operator.unknownElement()) : undefined);
  };
}

/** Undefined where the elements are not known; an element that cannot be said, and does not depend on the number of rows, is undefined. */
function calculated(inputs: readonly KnownValue[], calculate: (...elements: readonly Size[]) => Size | undefined): readonly (Size | undefined)[] | undefined {
  const lists = inputs.map((value) => (value.kind === 'fixed' ? value.values : undefined));
  const length = Math.max(...lists.map((list) => list?.length ?? 0));
  const results: (Size | undefined)[] = [];
  for (let index = 0; index < length; index++) {
    const elements = lists.flatMap((list) => (list?.length === 1 ? list[0] : list?.[index]) ?? []);
    if (elements.length !== lists.length) return undefined;
    const result = calculate(...elements);
    if (result === undefined && elements.some(({ rows }) => rows !== 0)) return undefined;
    results.push(result);
  }
  return results;
}

/** Beyond it, whole numbers of 32 bits begin again at the other end, and a double does not hold all of 64. */
const LARGEST = 2 ** 31 - 1;
const isFaithful = (number: number | undefined): number is number => number !== undefined && Math.abs(number) <= LARGEST;

const NEGATIVE = (size: Size): boolean => (numberOf(size) ?? 0) < 0;
const known = (calculate: (...numbers: readonly number[]) => number): ((...elements: readonly Size[]) => Size | undefined) =>
  function onNumbers(...elements) {
    const numbers = elements.map(numberOf);
    if (!numbers.every(isFaithful)) return undefined;
    const result = calculate(...numbers);
    return isFaithful(result) ? sizeOf(result) : undefined;
  };

function sum(a: Size, b: Size): Size | undefined {
  if (numberOf(a) === 0) return b;
  if (numberOf(b) === 0) return a;
  return known((x = 0, y = 0) => x + y)(a, b);
}

function multiplied(a: Size, b: Size): Size | undefined {
  const result = times(a, b);
  return [a, b, result].every(({ factor }) => isFaithful(factor)) ? result : undefined;
}

function areEqual(a: Size, b: Size): Size | undefined {
  if (areSame(a, b)) return sizeOf(1);
  if ((NEGATIVE(a) && isSize(b)) || (NEGATIVE(b) && isSize(a))) return sizeOf(0);
  return known((x, y) => (x === y ? 1 : 0))(a, b);
}

function chosen(condition: Size, yes: Size, no: Size): Size | undefined {
  const truth = numberOf(condition);
  return truth === undefined ? undefined : truth === 0 ? no : yes;
}

/** Sizes that are divided are whole numbers, and the division rounds towards zero. */
function divided(a: Size, b: Size): Size | undefined {
  return (isFaithful(a.factor) && isFaithful(b.factor) ? quotient(a, b) : undefined) ?? known((x = 0, y = 1) => Math.trunc(x / y))(a, b);
}

const quantize: Rule = (operator) => {
  const input = operator.input(0);
  const scale = operator.fixed(1, 'scale');
  operator.fixed(2, 'zero point');
  if (input.kind !== 'rows' || scale === undefined) return input;
  const shape = shapeOf(scale);
  if (isOne(product(shape))) return input;
  if (shape.length !== 1) throw new RowsMixed('its scales lie along more than one axis');
  if (axisFrom(operator.int('axis', 1), input.shape.length) === input.axis) throw new RowsMixed('its scales lie along the rows');
  return input;
};

const INT32 = 6;
const INT64 = 7;
const BOOL = 9;

const cast: Rule = (operator) => {
  const input = operator.input(0);
  if (input.kind === 'rows') return input;
  const to = operator.int('to', 0);
  if (to === INT64) return fixedValue(input.shape, input.values);
  if (to === INT32) return fixedValue(input.shape, input.values?.every(({ factor }) => isFaithful(factor)) === true ? input.values : undefined);
  if (countsRows(input)) throw new RowsMixed('it calculates with the number of rows');
  return to === BOOL
    ? fixedValue(
        input.shape,
        input.values?.map((value) => (numberOf(value) === undefined ? operator.unknownElement() : sizeOf(value.factor === 0 ? 0 : 1))),
      )
    : fixedValue(input.shape);
};

/** Before version 7 the slopes lay along the channels. */
const parametricRelu: Rule = (operator) => {
  const slopes = operator.input(1);
  if (operator.opset < 7 && !isOne(product(shapeOf(slopes)))) throw new RowsMixed('it broadcasts as operator sets before 7 did');
  return elementwise(operator);
};

const dropout: Rule = (operator) => {
  operator.fixed(1, 'ratio');
  if (operator.inputs[2] !== undefined && operator.numbers(2, 'mode')?.[0] !== 0) throw new RowsMixed('it drops values at random', { isOfConstants: true });
  return [operator.input(0), operator.input(0)];
};

const wholeTensorScale: Rule = (operator) => {
  if (operator.input(0).kind === 'rows') throw new RowsMixed('it takes one scale for all rows together');
  return [fixedValue(), fixedValue(), fixedValue()];
};

const random: Rule = () => {
  throw new RowsMixed('it is random, and what a row gets depends on those before it', { isOfConstants: true });
};

/** Operators whose elements meet at their places. */
export const ELEMENTWISE_RULES: Readonly<Record<string, Rule>> = {
  ...rulesOf(unary, 'Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot CastLike Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish Identity'),
  ...rulesOf(
    unary,
    'IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal RegexFullMatch Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu',
  ),
  ...rulesOf(elementwise, 'And BitShift BitwiseAnd BitwiseOr BitwiseXor Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Or Pow StringConcat Sum Xor'),
  Add: onSizes((a, b) => a && b && sum(a, b)),
  Sub: onSizes((a, b) => a && b && sum(a, times(b, sizeOf(-1)))),
  Mul: onSizes((a, b) => a && b && multiplied(a, b)),
  Div: onSizes((a, b) => a && b && divided(a, b)),
  Equal: onSizes((a, b) => a && b && areEqual(a, b)),
  Where: onSizes((condition, yes, no) => condition && yes && no && chosen(condition, yes, no)),
  Cast: cast,
  PRelu: parametricRelu,
  Clip: unaryWith('limit'),
  Dropout: dropout,
  QuantizeLinear: quantize,
  DequantizeLinear: quantize,
  DynamicQuantizeLinear: wholeTensorScale,
  ...rulesOf(random, 'Bernoulli Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike'),
};

function rulesOf(rule: Rule, names: string): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, rule]));
}
