import { ELEMENT_TYPE_CODES } from '../model/element-types.ts';
import { ProtobufWriter } from '../protobuf/protobuf-writer.ts';
import type { AttributeDraft, FunctionDraft, GraphDraft, ModelDraft, NodeDraft, TensorDraft, ValueDraft } from './model-draft.ts';
import { attributeMessage, operatorSetMessage } from './onnx-messages.ts';

const IR_VERSION = 10;
const DEFAULT_OPSETS = { '': 17, 'ai.onnx.ml': 3 };

/** The bytes of an ONNX file of this content; they depend on nothing else. */
export function onnxModelBytes(draft: ModelDraft): Uint8Array<ArrayBuffer> {
  const opsets = draft.opsets ?? DEFAULT_OPSETS;
  const model = new ProtobufWriter().int(1, IR_VERSION).string(2, 'millrace').message(7, graphMessage(draft));
  for (const [domain, version] of Object.entries(opsets)) model.message(8, operatorSetMessage(domain, version));
  for (const local of draft.functions ?? []) model.message(25, functionMessage(local, opsets));
  return model.finish();
}

function graphMessage({ nodes, name = 'graph', initializers = [], inputs, outputs, valueInfo = [] }: GraphDraft): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const node of nodes) message.message(1, nodeMessage(node));
  message.string(2, name);
  for (const initializer of initializers) message.message(5, tensorDraftMessage(initializer));
  for (const input of inputs) message.message(11, valueMessage(input));
  for (const output of outputs) message.message(12, valueMessage(output));
  for (const value of valueInfo) message.message(13, valueMessage(value));
  return message;
}

function functionMessage({ name, domain, inputs, outputs, nodes }: FunctionDraft, opsets: Readonly<Record<string, number>>): ProtobufWriter {
  const message = new ProtobufWriter().string(1, name);
  for (const input of inputs) message.string(4, input);
  for (const output of outputs) message.string(5, output);
  for (const node of nodes) message.message(7, nodeMessage(node));
  for (const [opsetDomain, version] of Object.entries(opsets)) message.message(9, operatorSetMessage(opsetDomain, version));
  return message.string(10, domain);
}

function nodeMessage({ op, domain = '', name = '', inputs, outputs, attributes = {} }: NodeDraft): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const input of inputs) message.string(1, input);
  for (const output of outputs) message.string(2, output);
  message.string(3, name).string(4, op);
  for (const [attribute, value] of Object.entries(attributes)) message.message(5, attributeDraftMessage(attribute, value));
  return domain === '' ? message : message.string(7, domain);
}

function attributeDraftMessage(name: string, value: AttributeDraft): ProtobufWriter {
  if (typeof value === 'number') return attributeMessage(name, { kind: 'int', value });
  if (typeof value === 'string') return attributeMessage(name, { kind: 'string', value });
  if ('float' in value) return attributeMessage(name, { kind: 'float', value: value.float });
  if ('floats' in value) return attributeMessage(name, { kind: 'floats', value: value.floats });
  if ('strings' in value) return attributeMessage(name, { kind: 'strings', value: value.strings });
  if ('tensor' in value) return attributeMessage(name, { kind: 'tensor', value: tensorDraftMessage(value.tensor) });
  if ('reference' in value) return new ProtobufWriter().string(1, name).string(21, value.reference);
  if ('graph' in value) return new ProtobufWriter().string(1, name).message(6, graphMessage(value.graph)).int(20, 5);
  return attributeMessage(name, { kind: 'ints', value });
}

function valueMessage({ name, type, shape }: ValueDraft): ProtobufWriter {
  const tensor = new ProtobufWriter().int(1, ELEMENT_TYPE_CODES[type]);
  if (shape !== undefined) {
    const dimensions = new ProtobufWriter();
    for (const dimension of shape) {
      const message = new ProtobufWriter();
      if (typeof dimension === 'number') message.int(1, dimension);
      else if (dimension !== '') message.string(2, dimension);
      dimensions.message(1, message);
    }
    tensor.message(2, dimensions);
  }
  return new ProtobufWriter().string(1, name).message(2, new ProtobufWriter().message(1, tensor));
}

function tensorDraftMessage({ name, type, shape, values }: TensorDraft): ProtobufWriter {
  const message = new ProtobufWriter().packedInts(1, shape).int(2, ELEMENT_TYPE_CODES[type]);
  if (type === 'BYTES') for (const value of values) message.string(6, String(value));
  else message.bytes(9, rawData(type, values.map(Number)));
  return message.string(8, name);
}

function rawData(type: Exclude<TensorDraft['type'], 'BYTES'>, values: readonly number[]): Uint8Array {
  const numbers = typedNumbers(type, values);
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function typedNumbers(type: Exclude<TensorDraft['type'], 'BYTES'>, values: readonly number[]): ArrayBufferView {
  switch (type) {
    case 'FP32':
      return Float32Array.from(values);
    case 'FP64':
      return Float64Array.from(values);
    case 'INT8':
      return Int8Array.from(values);
    case 'INT16':
      return Int16Array.from(values);
    case 'INT32':
      return Int32Array.from(values);
    case 'INT64':
      return BigInt64Array.from(values.map(BigInt));
    case 'UINT16':
    case 'FP16':
    case 'BF16':
      return Uint16Array.from(values);
    case 'UINT32':
      return Uint32Array.from(values);
    case 'UINT64':
      return BigUint64Array.from(values.map(BigInt));
    case 'UINT8':
    case 'BOOL':
      return Uint8Array.from(values);
  }
}
