import type { TensorSpec } from '@millrace/contracts';
import { elementBytes, elementCount, viewData, type NamedTensors, type Tensor, type TensorData } from './tensor.ts';

/**
 * Tensors in a known order, as they travel between threads: everything but strings lies in one buffer, each tensor from a
 * multiple of 8 bytes on, so that one transfer moves all of them.
 */
export interface PackedTensors {
  readonly shapes: readonly (readonly number[])[];
  readonly buffer: ArrayBuffer;
  /** The values of the BYTES tensors, in order. */
  readonly strings: readonly string[][];
}

/** Where the next tensor begins. */
export function nextOffset(offset: number, bytes: number): number {
  return offset + Math.ceil(bytes / 8) * 8;
}

/**
 * Copies the tensors of one or several requests into one package, joined along their first dimension, in order. All requests have
 * the same names, datatypes and trailing shapes; together they have `rows` rows.
 */
export function packTensors(specs: readonly TensorSpec[], requests: readonly NamedTensors[], rows: number): PackedTensors {
  const shapes = specs.map((spec) => joinedShape(spec, requests, rows));
  let size = 0;
  for (let i = 0; i < specs.length; i++) size = nextOffset(size, byteLength(specs, shapes, i));
  const buffer = new ArrayBuffer(size);
  const strings: string[][] = [];
  let offset = 0;
  for (const [i, spec] of specs.entries()) {
    const { name, datatype } = spec;
    if (datatype === 'BYTES') {
      strings.push(requests.flatMap((request) => dataOf(request, name) as string[]));
    } else {
      const target = viewData(datatype, buffer, offset, elementCount(shapes[i] ?? []));
      let at = 0;
      for (const request of requests) {
        const source = dataOf(request, name);
        // The pair of arrays has one type, which the compiler cannot follow through the table of constructors.
        (target as Float64Array).set(source as Float64Array, at);
        at += source.length;
      }
      offset = nextOffset(offset, target.byteLength);
    }
  }
  return { shapes, buffer, strings };
}

/** The tensors by name, as views of the buffer. */
export function unpackTensors(specs: readonly TensorSpec[], { shapes, buffer, strings }: PackedTensors): NamedTensors {
  const tensors: Record<string, Tensor> = {};
  let offset = 0;
  let text = 0;
  for (const [i, { name, datatype }] of specs.entries()) {
    const shape = shapes[i] ?? [];
    if (datatype === 'BYTES') {
      tensors[name] = { datatype, shape, data: strings[text++] ?? [] };
    } else {
      const data = viewData(datatype, buffer, offset, elementCount(shape));
      tensors[name] = { datatype, shape, data };
      offset = nextOffset(offset, data.byteLength);
    }
  }
  return tensors;
}

function byteLength(specs: readonly TensorSpec[], shapes: readonly (readonly number[])[], index: number): number {
  const spec = specs[index];
  return spec === undefined ? 0 : elementCount(shapes[index] ?? []) * elementBytes(spec.datatype);
}

function joinedShape({ name }: TensorSpec, requests: readonly NamedTensors[], rows: number): readonly number[] {
  const shape = requests[0]?.[name]?.shape ?? [];
  return requests.length === 1 || shape[0] === rows ? shape : [rows, ...shape.slice(1)];
}

function dataOf(request: NamedTensors, name: string): TensorData {
  const tensor = request[name];
  if (tensor === undefined) throw new TypeError(`a request has no input "${name}"`);
  return tensor.data;
}
