import { expect, test } from 'vitest';
import { readOnnxModel } from '../model/read-model.ts';
import { onnxModelBytes } from '../write/model-bytes.ts';
import type { ElementTypeName, ModelDraft, NodeDraft, TensorDraft } from '../write/model-draft.ts';
import { findTrappingOperators } from './find-trapping-operators.ts';

function trapsOf(nodes: readonly NodeDraft[], type: ElementTypeName, more: Partial<ModelDraft> = {}): string[] {
  const inputs = ['a', 'b'].map((name) => ({ name, type, shape: ['n'] }));
  const outputs = [{ name: 'y', type, shape: ['n'] }];
  return findTrappingOperators(readOnnxModel(onnxModelBytes({ nodes, inputs, outputs, ...more }))).map(({ path, opType }) => [...path, opType].join(' > '));
}
const node = (op: string, inputs: readonly string[], outputs: readonly string[], more: Partial<NodeDraft> = {}): NodeDraft => ({
  op,
  inputs,
  outputs,
  ...more,
});
const int = (name: string, ...values: number[]): TensorDraft => ({ name, type: 'INT64', shape: [values.length], values });

test.each(['Div', 'Mod'])('%s of whole numbers can trap, of floats it cannot', (op) => {
  expect(trapsOf([node(op, ['a', 'b'], ['y'])], 'INT32')).toEqual([op]);
  expect(trapsOf([node(op, ['a', 'b'], ['y'])], 'FP32')).toEqual([]);
});

test('a divisor that the file fixes, and that is neither 0 nor -1, does not trap; one that a request may replace does', () => {
  const divide = [node('Div', ['a', 'two'], ['y'])];
  expect(trapsOf(divide, 'INT64', { initializers: [int('two', 2)] })).toEqual([]);
  expect(trapsOf(divide, 'INT64', { initializers: [int('two', 2, -1)] })).toEqual(['Div']);
  const inputs = ['a', 'two'].map((name) => ({ name, type: 'INT64' as const, shape: [1] }));
  expect(trapsOf(divide, 'INT64', { initializers: [int('two', 2)], inputs })).toEqual(['Div']);
  expect(trapsOf([node('Constant', [], ['two'], { attributes: { value: { tensor: int('', 7) } } }), ...divide], 'INT64')).toEqual([]);
});

test('types follow the graph: what was cast to floats is divided as floats, sizes as whole numbers', () => {
  expect(trapsOf([node('Cast', ['a'], ['f'], { attributes: { to: 1 } }), node('Relu', ['f'], ['g']), node('Div', ['g', 'g'], ['y'])], 'INT64')).toEqual([]);
  expect(trapsOf([node('Shape', ['a'], ['s']), node('Div', ['s', 's'], ['y'])], 'FP32')).toEqual(['Div']);
  expect(trapsOf([node('Mystery', ['a'], ['m']), node('Div', ['m', 'm'], ['y'])], 'FP32')).toEqual(['Div']);
});

test('subgraphs and functions are looked through', () => {
  const body = { nodes: [node('Mod', ['a', 'b'], ['t'])], inputs: [], outputs: [{ name: 't', type: 'INT64' as const }] };
  const branch = node('If', ['c'], ['y'], {
    name: 'choice',
    attributes: { then_branch: { graph: body }, else_branch: { graph: { ...body, nodes: [node('Add', ['a', 'b'], ['t'])] } } },
  });
  expect(trapsOf([branch], 'INT64')).toEqual(['choice > Mod']);
  expect(trapsOf([branch], 'FP32')).toEqual([]);
  const own = { name: 'own', domain: 'mine', inputs: ['p', 'q'], outputs: ['r'], nodes: [node('Div', ['p', 'q'], ['r'])] };
  expect(trapsOf([node('own', ['a', 'b'], ['y'], { domain: 'mine' })], 'FP32', { functions: [own] })).toEqual(['function mine:own > Div']);
});

test('zero steps and groups trap, so does what divides by the size of an empty axis, and a domain that nobody knows may', () => {
  expect(trapsOf([node('MaxPool', ['a'], ['y'], { attributes: { strides: [1, 0] } })], 'FP32')).toEqual(['MaxPool']);
  expect(trapsOf([node('GroupNormalization', ['a', 'b', 'b'], ['y'], { attributes: { num_groups: 0 } })], 'FP32')).toEqual(['GroupNormalization']);
  expect(trapsOf([node('TopK', ['a', 'b'], ['y', 'z'])], 'FP32')).toEqual(['TopK']);
  expect(trapsOf([node('LpNormalization', ['a'], ['y'])], 'FP32')).toEqual(['LpNormalization']);
  expect(trapsOf([node('Unique', ['a'], ['y'])], 'FP32')).toEqual(['Unique']);
  expect(trapsOf([node('ConvTranspose', ['a', 'b'], ['y'])], 'FP32')).toEqual(['ConvTranspose']);
  expect(trapsOf([node('InstanceNormalization', ['a', 'b', 'b'], ['y'])], 'FP32')).toEqual(['InstanceNormalization']);
  expect(trapsOf([node('GridSample', ['a', 'b'], ['y'], { attributes: { padding_mode: 'border' } })], 'FP32')).toEqual(['GridSample']);
  expect(trapsOf([node('GridSample', ['a', 'b'], ['y'])], 'FP32')).toEqual([]);
  expect(trapsOf([node('DFT', ['a', 'b'], ['y'])], 'FP32')).toEqual(['DFT']);
  expect(trapsOf([node('DFT', ['a', 'two'], ['y'])], 'FP32', { initializers: [int('two', 2)] })).toEqual(['DFT']);
  expect(trapsOf([node('Add', ['a', 'b'], ['y'], { domain: 'acme' })], 'FP32')).toEqual(['Add']);
});

test('recurrent networks trap without rows, and no blocks are none to divide by', () => {
  for (const op of ['GRU', 'LSTM']) expect(trapsOf([node(op, ['a', 'b', 'b'], ['y'])], 'FP32')).toEqual([op]);
  const quantize = node('QuantizeLinear', ['a', 'two'], ['y'], { attributes: { block_size: 0 } });
  expect(trapsOf([quantize], 'FP32', { initializers: [int('two', 2)] })).toEqual([]);
});

test('operators of other domains trap in ways of their own', () => {
  const vector = node('FeatureVectorizer', ['a', 'b'], ['y'], { domain: 'ai.onnx.ml' });
  expect(trapsOf([vector], 'FP32')).toEqual(['FeatureVectorizer']);
  expect(trapsOf([{ ...vector, domain: '' }], 'FP32')).toEqual([]);
  const initializers = [int('two', 2)];
  expect(trapsOf([node('BiasGelu', ['a', 'b'], ['y'], { domain: 'com.microsoft' })], 'FP32', { initializers })).toEqual(['BiasGelu']);
  expect(trapsOf([node('BiasGelu', ['a', 'two'], ['y'], { domain: 'com.microsoft' })], 'FP32', { initializers })).toEqual([]);
});

test('rows that may be a scalar are not normalised beside others; those that have a dimension are', () => {
  const normalise = (input: string): NodeDraft => node('Normalizer', [input], ['y'], { domain: 'ai.onnx.ml' });
  const scalar = [{ name: 'a', type: 'FP32' as const, shape: [] }];
  expect(trapsOf([normalise('a')], 'FP32', { inputs: scalar })).toEqual(['Normalizer']);
  expect(trapsOf([normalise('a')], 'FP32', { inputs: [{ name: 'a', type: 'FP32' }] })).toEqual(['Normalizer']);
  expect(trapsOf([node('Squeeze', ['a'], ['s']), normalise('s')], 'FP32')).toEqual(['Normalizer']);
  expect(trapsOf([normalise('a')], 'FP32')).toEqual([]);
  expect(trapsOf([node('Cast', ['a'], ['c']), node('Mul', ['two', 'c'], ['m']), normalise('m')], 'FP32', { initializers: [int('two')] })).toEqual([]);
  expect(trapsOf([node('Unsqueeze', ['a'], ['u']), normalise('u')], 'FP32', { inputs: scalar })).toEqual([]);
});

test.each(['Conv', 'QuantizeLinear', 'Trilu'])('%s runs without end, or traps, where a request says how', (op) => {
  const initializers = [int('two', 2)];
  expect(trapsOf([node(op, ['a', 'b'], ['y'])], 'INT64', { initializers })).toEqual([op]);
  expect(trapsOf([node(op, ['a', 'two'], ['y'])], 'INT64', { initializers })).toEqual([]);
});

test('loops are found in graphs within functions, and what a function leaves to its callers may be zero', () => {
  const loop = { nodes: [node('Loop', ['m', 'c'], ['l'])], inputs: [], outputs: [{ name: 'l', type: 'INT64' as const }] };
  const nodes = [node('If', ['p'], ['r'], { attributes: { then_branch: { graph: loop }, else_branch: { graph: loop } } })];
  const own = { name: 'own', domain: 'mine', inputs: ['p'], outputs: ['r'], nodes };
  expect(trapsOf([node('own', ['a'], ['y'], { domain: 'mine' })], 'FP32', { functions: [own] })).toEqual([
    'function mine:own > r > Loop',
    'function mine:own > r > Loop',
  ]);
  const pool = { ...own, nodes: [node('MaxPool', ['p'], ['r'], { attributes: { strides: { reference: 'steps' } } })] };
  expect(trapsOf([node('own', ['a'], ['y'], { domain: 'mine' })], 'FP32', { functions: [pool] })).toEqual(['function mine:own > MaxPool']);
});

test('what may read the memory of others is kept apart from them', () => {
  expect(trapsOf([node('ReverseSequence', ['a', 'b'], ['y'])], 'FP32')).toEqual(['ReverseSequence']);
});

test.each([
  ['ConstantOfShape', ['b']],
  ['Expand', ['a', 'b']],
  ['Tile', ['a', 'b']],
  ['Range', ['zero', 'b', 'one']],
  ['Pad', ['a', 'b']],
  ['OneHot', ['a', 'b', 'one']],
  ['Resize', ['a', '', 'b']],
  ['Resize', ['a', '', '', 'b']],
  ['Upsample', ['a', 'b']],
  ['StringSplit', ['a']],
])('%s takes as much memory as a value of the request says; with sizes of the file, or of shapes, it does not', (op, inputs) => {
  const more = { initializers: [int('zero', 0), int('one', 1), int('fixed', 2, 2)] };
  const sized = node(op, inputs, ['y']);
  expect(trapsOf([sized], 'INT64', more)).toEqual([op]);
  expect(trapsOf([node('Cast', ['b'], ['c']), node('Add', ['one', 'c'], ['size']), replaced(sized, 'size')], 'INT64', more)).toEqual([op]);
  if (op === 'StringSplit') return;
  expect(trapsOf([replaced(sized, 'fixed')], 'INT64', more)).toEqual([]);
  expect(trapsOf([node('Shape', ['a'], ['s']), node('Mul', ['s', 'fixed'], ['size']), replaced(sized, 'size')], 'INT64', more)).toEqual([]);
});

/** The node with another size. */
function replaced(sized: NodeDraft, size: string): NodeDraft {
  const by = sized.inputs.includes('b') ? 'b' : 'a';
  return { ...sized, inputs: sized.inputs.map((name) => (name === by ? size : name)) };
}

test('a size that a branch or a function gives may come from a request', () => {
  const body = { nodes: [node('Identity', ['b'], ['t'])], inputs: [], outputs: [{ name: 't', type: 'INT64' as const }] };
  const branch = node('If', ['c'], ['size'], { attributes: { then_branch: { graph: body }, else_branch: { graph: body } } });
  expect(trapsOf([branch, node('Expand', ['a', 'size'], ['y'])], 'INT64')).toEqual(['Expand']);
  const own = { name: 'own', domain: 'mine', inputs: ['p', 'q'], outputs: ['r'], nodes: [node('Expand', ['p', 'q'], ['r'])] };
  expect(trapsOf([node('own', ['a', 'b'], ['y'], { domain: 'mine' })], 'FP32', { functions: [own] })).toEqual(['function mine:own > Expand']);
});
