import { ELEMENT_TYPE_CODES } from '../model/element-types.ts';
import { ProtobufWriter } from '../protobuf/protobuf-writer.ts';
import type { ElementTypeName } from './model-draft.ts';

/** The element types that our graphs use. */
export type ElementType = Extract<ElementTypeName, 'FP32' | 'FP64' | 'INT64' | 'BYTES' | 'BOOL'>;

/** A value of a node's attribute; the tag is needed because JavaScript does not tell 1 from 1.0. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: ProtobufWriter }
  | { readonly kind: 'ints'; readonly value: ArrayLike<number> }
  | { readonly kind: 'floats'; readonly value: ArrayLike<number> }
  | { readonly kind: 'strings'; readonly value: readonly string[] };

/** `AttributeProto`: field numbers and type codes of onnx.proto, IR version 8. */
export function attributeMessage(name: string, attribute: Attribute): ProtobufWriter {
  const message = new ProtobufWriter().string(1, name);
  switch (attribute.kind) {
    case 'float':
      return message.float(2, attribute.value).int(20, 1);
    case 'int':
      return message.int(3, attribute.value).int(20, 2);
    case 'string':
      return message.string(4, attribute.value).int(20, 3);
    case 'tensor':
      return message.message(5, attribute.value).int(20, 4);
    case 'floats':
      return message.packedFloats(7, attribute.value).int(20, 6);
    case 'ints':
      return message.packedInts(8, attribute.value).int(20, 7);
    case 'strings': {
      for (const value of attribute.value) message.string(9, value);
      return message.int(20, 8);
    }
  }
}

/** `TensorProto` of FP32 or INT64 values. An empty `dimensions` makes a scalar. */
export function tensorMessage(name: string, type: 'FP32' | 'INT64', dimensions: readonly number[], values: ArrayLike<number>): ProtobufWriter {
  const message = new ProtobufWriter().packedInts(1, dimensions).int(2, ELEMENT_TYPE_CODES[type]);
  if (type === 'FP32') message.packedFloats(4, values);
  else message.packedInts(7, values);
  return message.string(8, name);
}

/** `ValueInfoProto` of a tensor whose first dimension is the batch, and the second, when there is one, `width`. */
export function batchValueMessage(name: string, type: ElementType, width?: number): ProtobufWriter {
  const batch = new ProtobufWriter().string(2, 'batch');
  const shape = new ProtobufWriter().message(1, batch);
  if (width !== undefined) shape.message(1, new ProtobufWriter().int(1, width));
  const tensor = new ProtobufWriter().int(1, ELEMENT_TYPE_CODES[type]).message(2, shape);
  return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, tensor));
}

/** `OperatorSetIdProto`; the empty domain is ai.onnx. */
export function operatorSetMessage(domain: string, version: number): ProtobufWriter {
  return new ProtobufWriter().string(1, domain).int(2, version);
}
