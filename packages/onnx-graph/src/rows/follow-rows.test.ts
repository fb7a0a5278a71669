import { expect, test } from 'vitest';
import { readOnnxModel } from '../model/read-model.ts';
import { onnxModelBytes } from '../write/model-bytes.ts';
import type { AttributeDraft, ModelDraft, NodeDraft, TensorDraft } from '../write/model-draft.ts';
import { followRows } from './follow-rows.ts';
import type { RowVerdict } from './row-verdict.ts';

const node = (outputs: string, op: string, inputs: string, attributes: Readonly<Record<string, AttributeDraft>> = {}, domain = ''): NodeDraft => ({
  op,
  domain,
  outputs: outputs.split(' '),
  inputs: inputs === '' ? [] : inputs.split(' ').map((name) => (name === '-' ? '' : name)),
  attributes,
});
const ints = (name: string, ...values: number[]): TensorDraft => ({ name, type: 'INT64', shape: [values.length], values });
const floats = (name: string, ...values: number[]): TensorDraft => ({ name, type: 'FP32', shape: [values.length], values });
const OPSETS = { '': 18, 'ai.onnx.ml': 3, 'com.microsoft': 1 };

/** Of a model from `x` to `y`. */
function verdictOf(
  shape: readonly (string | number)[],
  nodes: readonly NodeDraft[],
  initializers: readonly TensorDraft[] = [],
  more: Partial<ModelDraft> = {},
): RowVerdict {
  const inputs = [{ name: 'x', type: 'FP32' as const, shape: ['rows', ...shape] }];
  return followRows(readOnnxModel(onnxModelBytes({ inputs, outputs: [{ name: 'y', type: 'FP32' }], nodes, initializers, opsets: OPSETS, ...more })));
}

const PROVEN = { proven: true };
const mixedBy = (operator: string): object => ({ proven: false, fault: { operator } });

test('a squeeze without axes, or of an empty list of them, drops the axis of the rows where there is one row', () => {
  const sum = node('y', 'ReduceSum', 's last');
  expect(verdictOf([1, 4], [node('s', 'Squeeze', 'x none'), sum], [ints('none'), ints('last', -2)])).toMatchObject(mixedBy('Squeeze'));
  expect(verdictOf([1, 4], [node('y', 'Squeeze', 'x', { axes: [] })], [], { opsets: { '': 11 } })).toMatchObject(mixedBy('Squeeze'));
  expect(verdictOf([1, 4], [node('y', 'Squeeze', 'x one')], [ints('one', 1)])).toEqual(PROVEN);
});

test.each([
  ['linear', [5], [1, 2], 'Resize'],
  ['linear', [4, 5], [1, 2, 2], 'Resize'],
  ['cubic', [5], [1, 2], 'Resize'],
  ['linear', [3, 4, 5], [1, 1, 2, 2], undefined],
  ['nearest', [5], [1, 2], undefined],
])('a %s resize of rows of %j by %j: an axis of space takes neighbours in, if only with a weight of zero', (mode, shape, scales, mixing) => {
  const verdict = verdictOf(shape, [node('y', 'Resize', 'x - scales', { mode })], [floats('scales', ...scales)]);
  expect(verdict).toMatchObject(mixing === undefined ? PROVEN : mixedBy(mixing));
});

test('dimensions of one name may differ between inputs: nothing holds a request to it', () => {
  const inputs = ['x', 'z'].map((name) => ({ name, type: 'FP32' as const, shape: ['rows', 'width'] }));
  const nodes = [
    node('s', 'Shape', 'z'),
    node('w', 'Slice', 's one two'),
    node('to', 'Concat', 'open w', { axis: 0 }),
    node('r', 'Reshape', 'x to'),
    node('y', 'Add', 'r z'),
  ];
  expect(verdictOf([], nodes, [ints('one', 1), ints('two', 2), ints('open', -1)], { inputs })).toMatchObject(mixedBy('Reshape'));
  expect(verdictOf([], [node('y', 'Add', 'x z')], [], { inputs })).toEqual(PROVEN);
});

test('what is made of the rows by way of sizes is not the same for all of them', () => {
  const nodes = [
    node('i', 'Cast', 'x', { to: 7 }),
    node('f', 'Reshape', 'i flat'),
    node('p', 'Pad', 'c f'),
    node('m', 'Reshape', 'p flat'),
    node('t', 'ReduceSum', 'm'),
    node('u', 'Reshape', 't one'),
    node('y', 'Add', 'x u'),
  ];
  const initializers = [ints('flat', -1), ints('one', 1), floats('c', 1, 2, 3)];
  expect(verdictOf([2], nodes, initializers)).toMatchObject(mixedBy('Pad'));
});

test.each([
  ['RandomNormal', '', { shape: [4] }],
  ['RandomNormalLike', 'c', {}],
  ['Dropout', 'c half on', {}],
])('%s is not the same in every run, though nothing of the rows goes into it', (op, inputs, attributes) => {
  const on = { name: 'on', type: 'BOOL' as const, shape: [], values: [1] };
  const half = { name: 'half', type: 'FP32' as const, shape: [], values: [0.5] };
  const nodes = [node('r', op, inputs, attributes), node('s', 'Reshape', 'r four'), node('y', 'Add', 'x s')];
  expect(verdictOf([4], nodes, [floats('c', 1, 2, 3, 4), ints('four', 4), half, on])).toMatchObject(mixedBy(op));
});

test('noise in a graph within a node is noise', () => {
  const branch = { nodes: [node('b', 'RandomNormal', '', { shape: [4] })], inputs: [], outputs: [{ name: 'b', type: 'FP32' as const }] };
  const yes = { name: 'yes', type: 'BOOL' as const, shape: [], values: [1] };
  const nodes = [
    node('r', 'If', 'yes', { then_branch: { graph: branch }, else_branch: { graph: branch } }),
    node('s', 'Reshape', 'r four'),
    node('y', 'Add', 'x s'),
  ];
  expect(verdictOf([4], nodes, [ints('four', 4), yes])).toMatchObject(mixedBy('If'));
});

test('a function of the name of an operator may be either', () => {
  const relu = { name: 'Relu', domain: '', inputs: ['a'], outputs: ['b'], nodes: [node('b', 'Softmax', 'a', { axis: 0 })] };
  expect(verdictOf([4], [node('y', 'Relu', 'x')], [], { functions: [relu] })).toMatchObject(mixedBy('Relu'));
});

test('a graph that is given to a function sees what is around the call', () => {
  const branch = { nodes: [node('b', 'ReduceSum', 'x')], inputs: [], outputs: [{ name: 'b', type: 'FP32' as const }] };
  const own = { name: 'own', domain: 'mine', inputs: ['c'], outputs: ['r'], nodes: [node('r', 'Identity', 'c')] };
  const nodes = [node('r', 'own', 'c', { body: { graph: branch } }, 'mine'), node('y', 'Add', 'x r')];
  expect(verdictOf([4], nodes, [floats('c', 1)], { functions: [own], opsets: { ...OPSETS, mine: 1 } })).toMatchObject(mixedBy('own'));
});

test('a label of an equation that is one in some inputs has the size of the others', () => {
  const nodes = [node('e', 'Einsum', 'x w', { equation: 'bj,j->bj' }), node('y', 'Reshape', 'e to')];
  expect(verdictOf([8], nodes, [floats('w', 2), ints('to', -1, 1)])).toMatchObject({ proven: false });
  const turned = [node('t', 'Reshape', 'x flat'), node('y', 'Einsum', 't x', { equation: 'b,bj->bj' })];
  expect(verdictOf([2], turned, [ints('flat', -1)])).toMatchObject(mixedBy('Einsum'));
});

test('sizes are calculated element by element where shapes say so, and only as far as they are exact', () => {
  const table = { name: 'a', type: 'INT64' as const, shape: [2, 1], values: [1, 2] };
  const outer = { name: 'b', type: 'INT64' as const, shape: [1, 2], values: [2, 4] };
  expect(
    verdictOf([8], [node('m', 'Mul', 'a b'), node('f', 'Reshape', 'm flat'), node('y', 'Reshape', 'x f')], [table, outer, ints('flat', -1)]),
  ).toMatchObject(mixedBy('Reshape'));
  const small = [200, 100].map((value, index) => ({ name: `u${index}`, type: 'UINT8' as const, shape: [1], values: [value] }));
  const nodes = [node('s', 'Add', 'u0 u1'), node('w', 'Cast', 's', { to: 7 }), node('to', 'Concat', 'open w', { axis: 0 }), node('y', 'Reshape', 'x to')];
  expect(verdictOf([300], nodes, [...small, ints('open', -1)])).toMatchObject(mixedBy('Reshape'));
  // Of 32 bits, 2 to the 32nd and four is four.
  const wide = [
    node('w', 'Cast', 'far', { to: 6 }),
    node('v', 'Cast', 'w', { to: 7 }),
    node('to', 'Concat', 'open v', { axis: 0 }),
    node('y', 'Reshape', 'x to'),
  ];
  expect(verdictOf([2 ** 32 + 4], wide, [ints('far', 2 ** 32 + 4), ints('open', -1)])).toMatchObject(mixedBy('Reshape'));
});

test('an element that nothing is known of may be negative', () => {
  const nodes = [
    node('s', 'Shape', 'x', { start: 1 }),
    node('less', 'Sub', 's five'),
    node('is', 'Equal', 'less minus'),
    node('axes', 'Where', 'is zero one'),
    node('y', 'ReduceSum', 'x axes', { keepdims: 1 }),
  ];
  expect(verdictOf(['width'], nodes, [ints('five', 5), ints('minus', -1), ints('zero', 0), ints('one', 1)])).toMatchObject(mixedBy('ReduceSum'));
});

test('sequences of length zero are what lies in memory, so that no row is sure to be its own', () => {
  const inputs = [
    { name: 'x', type: 'FP32' as const, shape: ['rows', 4] },
    { name: 'lengths', type: 'INT64' as const, shape: ['rows'] },
  ];
  const nodes = [node('y', 'ReverseSequence', 'x lengths', { batch_axis: 0, time_axis: 1 })];
  expect(verdictOf([], nodes, [], { inputs })).toMatchObject(mixedBy('ReverseSequence'));
});

test.each(['Max', 'Mean', 'Min', 'Sum'])('%s before version 8 takes a constant beside one number of rows only', (op) => {
  const constant = { name: 'c', type: 'FP32' as const, shape: [1, 4], values: [1, 2, 3, 4] };
  const verdictAt = (version: number): RowVerdict => verdictOf([4], [node('y', op, 'x c')], [constant], { opsets: { '': version } });
  expect(verdictAt(7)).toMatchObject(mixedBy(op));
  expect(verdictAt(8)).toEqual(PROVEN);
  expect(verdictOf([4], [node('y', op, 'x x')], [], { opsets: { '': 7 } })).toEqual(PROVEN);
});

test('a size beside the number of rows fits one number of them', () => {
  const nodes = [node('s', 'Shape', 'x', { end: 2 }), node('e', 'Expand', 'x s'), node('y', 'Identity', 'e')];
  expect(verdictOf([4, 1], nodes)).toMatchObject(mixedBy('Expand'));
  expect(verdictOf([1], nodes)).toEqual(PROVEN);
});

test.each([[[-1]], [[2, -3]], [[-1, -1]]])('a constant of the negative shape %j is nothing that can be followed, and no error', (shape) => {
  const value = { tensor: { name: '', type: 'INT64' as const, shape: [1], values: [1] } };
  const nodes = [node('c', 'ConstantOfShape', 'shape', { value }), node('f', 'Cast', 'c', { to: 1 }), node('y', 'Add', 'x f')];
  expect(verdictOf([4], nodes, [ints('shape', ...shape)])).toMatchObject({ proven: false });
});

test('two versions of one operator set are none', () => {
  const bytes = onnxModelBytes({
    inputs: [{ name: 'x', type: 'FP32', shape: ['rows', 4] }],
    outputs: [{ name: 'y', type: 'FP32' }],
    nodes: [node('y', 'Softmax', 'x', { axis: 1 })],
    opsets: { '': 11, 'ai.onnx': 13 },
  });
  expect(() => readOnnxModel(bytes)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining('two versions') as string }));
});
