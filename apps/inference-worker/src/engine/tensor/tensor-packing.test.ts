import type { TensorSpec } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { splitOutputs } from '../queue/split-outputs.ts';
import { packTensors, unpackTensors } from './tensor-packing.ts';
import type { NamedTensors } from './tensor.ts';

const specs: readonly TensorSpec[] = [
  { name: 'flag', datatype: 'BOOL', shape: [-1, 3] },
  { name: 'text', datatype: 'BYTES', shape: [-1] },
  { name: 'wide', datatype: 'FP64', shape: [-1, 1] },
  { name: 'half', datatype: 'FP16', shape: [-1, 1] },
  { name: 'long', datatype: 'UINT64', shape: [-1, 1] },
];

const request = (value: number): NamedTensors => ({
  flag: { datatype: 'BOOL', shape: [1, 3], data: Uint8Array.of(1, 0, value % 2) },
  text: { datatype: 'BYTES', shape: [1], data: [`row ${value}`] },
  wide: { datatype: 'FP64', shape: [1, 1], data: Float64Array.of(value / 3) },
  half: { datatype: 'FP16', shape: [1, 1], data: Uint16Array.of(value) },
  long: { datatype: 'UINT64', shape: [1, 1], data: BigUint64Array.of(2n ** 64n - BigInt(value)) },
});

test('requests of all kinds of tensors come out of one package as they went in', () => {
  const requests = [1, 2, 3].map(request);
  const packed = packTensors(specs, requests, 3);
  expect(packed.shapes).toEqual([[3, 3], [3], [3, 1], [3, 1], [3, 1]]);
  expect(splitOutputs(unpackTensors(specs, packed), [1, 1, 1], 3)).toEqual(requests);
});

test('parts of a run have the rows of their requests and share its memory', () => {
  const outputs = unpackTensors(specs, packTensors(specs, [1, 2, 3, 4].map(request), 4));
  const [first, second] = splitOutputs(outputs, [3, 1], 4);
  expect(first?.['wide']).toEqual({ datatype: 'FP64', shape: [3, 1], data: Float64Array.of(1 / 3, 2 / 3, 1) });
  expect(second?.['flag']).toEqual({ datatype: 'BOOL', shape: [1, 3], data: Uint8Array.of(1, 0, 0) });
  expect(second?.['text']?.data).toEqual(['row 4']);
});

test('a run with another number of output rows is refused', () => {
  const outputs = unpackTensors(specs, packTensors(specs, [1, 2].map(request), 2));
  expect(() => splitOutputs(outputs, [1, 1, 1], 3)).toThrow('output "flag" has shape [2,3] for 3 rows');
});
