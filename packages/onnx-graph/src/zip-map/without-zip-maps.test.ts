import { expect, test } from 'vitest';
import { readOnnxModel } from '../model/read-model.ts';
import { followRows } from '../rows/follow-rows.ts';
import { onnxModelBytes } from '../write/model-bytes.ts';
import type { ModelDraft } from '../write/model-draft.ts';
import { withoutZipMaps } from './without-zip-maps.ts';

const classifier: ModelDraft = {
  inputs: [{ name: 'x', type: 'FP32', shape: ['', 2] }],
  outputs: [
    { name: 'label', type: 'INT64', shape: [''] },
    { name: 'probabilities', type: 'FP32' },
  ],
  initializers: [{ name: 'w', type: 'FP32', shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }],
  nodes: [
    { op: 'MatMul', inputs: ['x', 'w'], outputs: ['scores'] },
    { op: 'ArgMax', inputs: ['scores'], outputs: ['label'], attributes: { axis: 1, keepdims: 0 } },
    { op: 'ZipMap', domain: 'ai.onnx.ml', name: 'zip', inputs: ['scores'], outputs: ['probabilities'], attributes: { classlabels_int64s: [0, 1, 2] } },
  ],
};

test('a ZipMap at the end becomes the matrix that it took, under its name, and all else stays', () => {
  const before = readOnnxModel(onnxModelBytes(classifier));
  const result = withoutZipMaps(onnxModelBytes(classifier));
  expect(result?.outputs).toEqual(['probabilities']);
  const after = readOnnxModel(result?.bytes ?? new Uint8Array());
  expect(after.graph.nodes[2]).toMatchObject({ name: 'zip', opType: 'Identity', domain: '', inputs: ['scores'], outputs: ['probabilities'] });
  expect(after.graph.outputs).toEqual([before.graph.outputs[0], { name: 'probabilities', kind: 'tensor', elementType: 1, shape: ['', 3] }]);
  expect({ ...after, graph: { ...after.graph, nodes: after.graph.nodes.slice(0, 2), outputs: [] } }).toEqual({
    ...before,
    graph: { ...before.graph, nodes: before.graph.nodes.slice(0, 2), outputs: [] },
  });
  expect(followRows(after)).toEqual({ proven: true });
});

test('without a ZipMap at the end there is nothing to take out', () => {
  expect(withoutZipMaps(rewritten())).toBeUndefined();
  const inTheMiddle = { ...classifier, nodes: [...classifier.nodes, { op: 'SequenceAt', inputs: ['probabilities'], outputs: ['first'] }] };
  expect(withoutZipMaps(onnxModelBytes(inTheMiddle))).toBeUndefined();
});

function rewritten(): Uint8Array {
  return withoutZipMaps(onnxModelBytes(classifier))?.bytes ?? new Uint8Array();
}
