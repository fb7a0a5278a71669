import { MillraceError } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { ProtobufWriter } from '../protobuf/protobuf-writer.ts';
import { onnxModelBytes } from '../write/model-bytes.ts';
import type { ModelDraft } from '../write/model-draft.ts';
import { readOnnxModel } from './read-model.ts';
import { tensorValues } from './tensor-values.ts';

const draft: ModelDraft = {
  inputs: [{ name: 'x', type: 'FP32', shape: ['batch', 3] }],
  outputs: [{ name: 'y', type: 'FP32' }],
  initializers: [
    { name: 'axes', type: 'INT64', shape: [2], values: [-1, 2 ** 40] },
    { name: 'words', type: 'BYTES', shape: [2], values: ['a', 'b'] },
  ],
  valueInfo: [{ name: 'h', type: 'BOOL', shape: ['', 'k'] }],
  nodes: [
    { op: 'Softmax', name: 'first', inputs: ['x', '', 'c'], outputs: ['h'], attributes: { axis: -1, alpha: { float: 0.5 }, mode: 'wide', perm: [0, 1] } },
    {
      op: 'If',
      inputs: ['h'],
      outputs: ['y'],
      attributes: {
        then_branch: { graph: { nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['t'] }], inputs: [], outputs: [{ name: 't', type: 'FP32' }] } },
      },
    },
  ],
  functions: [{ name: 'own', domain: 'mine', inputs: ['a'], outputs: ['b'], nodes: [{ op: 'Neg', inputs: ['a'], outputs: ['b'] }] }],
};

test('what was written is read: types, names, attributes of every kind, graphs within nodes, functions', () => {
  const model = readOnnxModel(onnxModelBytes(draft));
  const { graph, opsets, functions } = model;
  expect([...opsets]).toEqual([
    ['', 17],
    ['ai.onnx.ml', 3],
  ]);
  expect(graph.inputs).toEqual([{ name: 'x', kind: 'tensor', elementType: 1, shape: ['batch', 3] }]);
  expect(graph.outputs).toEqual([{ name: 'y', kind: 'tensor', elementType: 1, shape: undefined }]);
  expect(graph.valueInfo.get('h')).toEqual({ name: 'h', kind: 'tensor', elementType: 9, shape: ['', 'k'] });
  expect(graph.nodes[0]).toMatchObject({ name: 'first', opType: 'Softmax', domain: '', inputs: ['x', '', 'c'], outputs: ['h'] });
  expect(Object.fromEntries(graph.nodes[0]?.attributes ?? [])).toEqual({
    axis: { kind: 'int', value: -1 },
    alpha: { kind: 'float', value: 0.5 },
    mode: { kind: 'string', value: 'wide' },
    perm: { kind: 'ints', values: [0, 1], count: 2 },
  });
  expect(graph.nodes[1]?.attributes.get('then_branch')).toMatchObject({ kind: 'graph', value: { nodes: [{ opType: 'Identity' }] } });
  expect(functions).toMatchObject([{ name: 'own', domain: 'mine', inputs: ['a'], outputs: ['b'], nodes: [{ opType: 'Neg' }] }]);
});

test('small values of a tensor are read; large data stay a view of the file', () => {
  const bytes = onnxModelBytes({
    ...draft,
    initializers: [...(draft.initializers ?? []), { name: 'w', type: 'FP32', shape: [100, 100], values: Array(10_000).fill(1) }],
  });
  const { initializers } = readOnnxModel(bytes).graph;
  const [axes, words, weights] = ['axes', 'words', 'w'].map((name) => initializers.get(name));
  expect(axes && tensorValues(axes)).toEqual([-1, 2 ** 40]);
  expect(words).toMatchObject({ dimensions: [2], data: { kind: 'strings', count: 2 } });
  expect(weights && tensorValues(weights)).toBeUndefined();
  expect(weights?.data).toMatchObject({ kind: 'raw', bytes: { length: 40_000 } });
  expect(weights?.data.kind === 'raw' && weights.data.bytes.buffer).toBe(bytes.buffer);
});

test('numbers of a list are read one by one as well, as Python writes them', () => {
  const attribute = new ProtobufWriter().string(1, 'axes').int(8, 1).int(8, -2).int(20, 7);
  const graph = new ProtobufWriter().message(1, new ProtobufWriter().string(4, 'Squeeze').message(5, attribute));
  const [node] = readOnnxModel(new ProtobufWriter().message(7, graph).finish()).graph.nodes;
  expect(node?.attributes.get('axes')).toEqual({ kind: 'ints', values: [1, -2], count: 2 });
});

const twice = (field: number, message: ProtobufWriter): Uint8Array => new ProtobufWriter().message(field, message).message(field, message).finish();
const nested = (depth: number): ProtobufWriter => {
  let graph = new ProtobufWriter();
  for (let i = 0; i < depth; i++) graph = new ProtobufWriter().message(1, new ProtobufWriter().message(5, new ProtobufWriter().message(6, graph)));
  return graph;
};
const inGraph = (field: number, message: ProtobufWriter): Uint8Array => new ProtobufWriter().message(7, new ProtobufWriter().message(field, message)).finish();
const many = (field: number, count: number): ProtobufWriter => {
  const graph = new ProtobufWriter();
  for (let i = 0; i < count; i++) graph.bytes(field, new Uint8Array());
  return graph;
};

test.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(), 'it has no graph'],
  ['text', new TextEncoder().encode('{"not":"onnx"}'), 'wire type'],
  ['two graphs', twice(7, new ProtobufWriter()), 'two graphs'],
  ['graphs 100 deep', new ProtobufWriter().message(7, nested(100)).finish(), 'more than 16 deep'],
  ['a tensor of 100 dimensions', inGraph(5, new ProtobufWriter().packedInts(1, Array(100).fill(1))), 'more than 64 dimensions'],
  ['a negative dimension', inGraph(5, new ProtobufWriter().packedInts(1, [-3]).string(8, 'w')), 'tensor "w" has the dimension -3'],
  ['more elements than can be counted', inGraph(5, new ProtobufWriter().packedInts(1, [2 ** 40, 2 ** 40])), 'more elements than can be counted'],
  ['a name of a megabyte', inGraph(1, new ProtobufWriter().string(3, 'x'.repeat(1_000_000))), '1000000 bytes is longer than the 4096'],
  ['a name that is not UTF-8', inGraph(1, new ProtobufWriter().bytes(3, Uint8Array.of(0xff))), 'not valid UTF-8'],
  ['many nodes', new ProtobufWriter().message(7, many(1, 300_000)).finish(), 'more than 250000 nodes'],
  ['many values', new ProtobufWriter().message(7, many(11, 2_000_001)).finish(), 'more than 2000000 attributes'],
  ['a length beyond the file', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f), 'is cut off'],
  ['a number without an end', Uint8Array.of(0x08, ...Array(11).fill(0xff)), 'longer than ten bytes'],
  ['a field of the number 0', Uint8Array.of(0x00, 0x00), 'field with the number 0'],
])('%s is refused with a sentence', (_, bytes, reason) => {
  expect(() => readOnnxModel(bytes)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining(reason) as string }));
});

function readOrRefuse(hostile: Uint8Array): void {
  try {
    readOnnxModel(hostile);
  } catch (error) {
    expect(error).toBeInstanceOf(MillraceError);
  }
}

test('every cut of a file, and every changed byte, is read or refused, and never anything else', () => {
  const bytes = onnxModelBytes(draft);
  for (let cut = 0; cut < bytes.length; cut++) {
    readOrRefuse(bytes.subarray(0, cut));
    for (const value of [0, 0x7f, 0x80, 0xff]) {
      const changed = bytes.slice();
      changed[cut] = value;
      readOrRefuse(changed);
    }
  }
});
