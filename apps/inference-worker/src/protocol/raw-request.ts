import type { TensorSpec } from '@millrace/contracts';
import { elementBytes, elementCount } from '../engine/tensor/tensor.ts';
import { decodeRaw, decodeUtf8 } from '../serving/raw-tensor.ts';
import type { InferBody } from './infer-body.ts';
import type { ModelInterface } from './infer-decoder.ts';
import { ProtocolError } from './protocol-error.ts';
import { showShape } from './show-value.ts';

/**
 * A body that is nothing but the bytes of one tensor: for a model with one input, as a batch of one, whose shape has at most one open dimension
 * beside the batch. The text of a BYTES input is the whole body. All outputs are answered as bytes. Throws a 400 that says which rule the model or
 * the body breaks.
 */
export function decodeRawRequest(model: ModelInterface, body: Buffer): InferBody {
  const [spec, ...more] = model.inputs;
  if (spec === undefined || more.length > 0) {
    const names = model.inputs.map(({ name }) => `"${name}"`).join(', ');
    throw new ProtocolError(400, `a raw binary request needs a model with one input, this one takes ${names}; send JSON before the tensors`);
  }
  const shape = shapeOf(spec, model, body.length);
  const { name, datatype } = spec;
  const data = datatype === 'BYTES' ? [decodeUtf8(body, name, 0)] : decodeRaw(datatype, shape, body, name);
  return { id: undefined, inputs: [{ name, datatype, shape, data }], outputs: undefined, binaryOutputs: true };
}

function shapeOf(spec: TensorSpec, model: ModelInterface, bytes: number): readonly number[] {
  const batched = [...model.inputs, ...model.outputs].every(({ shape }) => shape[0] === -1);
  const shape = batched ? [1, ...spec.shape.slice(1)] : [...spec.shape];
  const open = shape.indexOf(-1);
  if (spec.datatype === 'BYTES') {
    if (shape.some((dimension) => dimension !== -1 && dimension !== 1))
      throw new ProtocolError(400, `a raw binary request of BYTES holds one value, input "${spec.name}" has the shape ${showShape(spec.shape)}`);
    return shape.map(() => 1);
  }
  if (open !== shape.lastIndexOf(-1))
    throw new ProtocolError(400, `a raw binary request needs at most one open dimension, input "${spec.name}" has the shape ${showShape(spec.shape)}`);
  const size = elementCount(shape.filter((dimension) => dimension !== -1)) * elementBytes(spec.datatype);
  const fits = open === -1 ? bytes === size : bytes > 0 && bytes % size === 0;
  if (!fits) {
    const expected = open === -1 ? `${size} bytes` : `a multiple of ${size} bytes`;
    throw new ProtocolError(400, `input "${spec.name}": expected ${expected} for ${spec.datatype} ${showShape(spec.shape)}, given ${bytes}`);
  }
  return shape.map((dimension) => (dimension === -1 ? bytes / size : dimension));
}
