import { MillraceError, type TensorDatatype } from '@millrace/contracts';
import { allocateData, elementBytes, elementCount, type TensorData } from '../engine/tensor/tensor.ts';
import { decodeUtf8 } from '../serving/raw-tensor.ts';
import { malformed, WIRE, type WireReader } from './wire-reader.ts';

/** A tensor whose values are typed contents. Those lie between pairs of positions: usually one, more where a message was merged. */
export interface TypedTensor {
  readonly name: string;
  readonly datatype: TensorDatatype;
  readonly shape: readonly number[];
  readonly spans: readonly number[];
}

/** Reads one value at the reader into place `index`; beyond the end of the data it is only passed over. */
type Take = (reader: WireReader, index: number) => void;

const FIELD_NAMES = ['bool', 'int', 'int64', 'uint', 'uint64', 'fp32', 'fp64', 'bytes'].map((kind) => `${kind}_contents`);
const FIELDS: Readonly<Partial<Record<TensorDatatype, number>>> = {
  BOOL: 1,
  INT8: 2,
  INT16: 2,
  INT32: 2,
  INT64: 3,
  UINT8: 4,
  UINT16: 4,
  UINT32: 4,
  UINT64: 5,
  FP32: 6,
  FP64: 7,
  BYTES: 8,
};

/** The values of typed contents. Throws a `BAD_INPUT` that names the tensor, the expected and the given. */
export function decodeContents(reader: WireReader, tensor: TypedTensor): TensorData {
  const { name, datatype, shape, spans } = tensor;
  const field = FIELDS[datatype];
  if (field === undefined) throw bad(name, `${datatype} has no typed contents, send it in raw_input_contents`);
  const expected = elementCount(shape);
  let most = 0;
  for (let i = 0; i < spans.length; i += 2) most += (spans[i + 1] ?? 0) - (spans[i] ?? 0);
  // A value takes a byte at least: so nothing is allocated that was not sent.
  if (expected > most) throw bad(name, `${datatype} of shape [${shape.join(',')}] needs ${expected} values, given fewer`);
  const data = allocateData(datatype, expected);
  const given = fill(reader, { tensor, field, data });
  if (given !== expected) throw bad(name, `${datatype} of shape [${shape.join(',')}] needs ${expected} values, given ${given}`);
  return data;
}

interface Target {
  readonly tensor: TypedTensor;
  readonly field: number;
  readonly data: TensorData;
}

/** How many values there were. */
function fill(reader: WireReader, { tensor, field, data }: Target): number {
  const take = takerOf(tensor, data);
  const wire = wireOf(tensor.datatype);
  let index = 0;
  for (let i = 0; i < tensor.spans.length; i += 2) {
    reader.position = tensor.spans[i] ?? 0;
    reader.end = tensor.spans[i + 1] ?? 0;
    for (let number = reader.next(); number !== 0; number = reader.next()) {
      if (number !== field) {
        const other = FIELD_NAMES[number - 1];
        if (other !== undefined) throw bad(tensor.name, `values of ${tensor.datatype} belong into ${FIELD_NAMES[field - 1]}, given ${other}`);
        reader.skip();
      } else if (reader.wire === WIRE.bytes && wire !== WIRE.bytes) index = takePacked(reader, { take, index, tensor, data });
      else {
        reader.expect(wire);
        take(reader, index++);
      }
    }
  }
  return index;
}

interface Packed {
  readonly take: Take;
  readonly index: number;
  readonly tensor: TypedTensor;
  readonly data: TensorData;
}

/** The index after the last value. */
function takePacked(reader: WireReader, { take, index, tensor, data }: Packed): number {
  const start = reader.enter();
  const end = reader.position;
  if (data instanceof Float32Array || data instanceof Float64Array) {
    const size = elementBytes(tensor.datatype);
    const count = (end - start) / size;
    if (!Number.isInteger(count)) throw malformed(`${end - start} bytes of packed values are no multiple of ${size}`);
    const taken = Math.min(count, Math.max(0, data.length - index));
    new Uint8Array(data.buffer, index * size, taken * size).set(reader.bytes.subarray(start, start + taken * size));
    return index + count;
  }
  const outer = reader.end;
  let next = index;
  reader.position = start;
  reader.end = end;
  while (reader.position < end) take(reader, next++);
  reader.end = outer;
  return next;
}

function wireOf(datatype: TensorDatatype): number {
  if (datatype === 'BYTES') return WIRE.bytes;
  if (datatype === 'FP32') return WIRE.fixed32;
  return datatype === 'FP64' ? WIRE.fixed64 : WIRE.varint;
}

function takerOf({ name, datatype }: TypedTensor, data: TensorData): Take {
  if (Array.isArray(data)) {
    return (reader, index) => {
      const start = reader.enter();
      data[index] = decodeUtf8(reader.bytes.subarray(start, reader.position), name, index);
    };
  }
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const halves = new Uint32Array(data.buffer);
    return (reader, index) => {
      reader.varint();
      halves[index * 2] = reader.low;
      halves[index * 2 + 1] = reader.high;
    };
  }
  if (data instanceof Float32Array) return (reader, index) => (data[index] = reader.bytes.readFloatLE(reader.skipFixed(4)));
  if (data instanceof Float64Array) return (reader, index) => (data[index] = reader.double());
  if (datatype === 'BOOL') {
    return (reader, index) => {
      reader.varint();
      data[index] = reader.low === 0 && reader.high === 0 ? 0 : 1;
    };
  }
  const isSigned = datatype.startsWith('I');
  return (reader, index) => {
    reader.varint();
    const value = isSigned ? reader.low | 0 : reader.low;
    data[index] = value;
    if (index < data.length && data[index] !== value) throw bad(name, `value ${index} must fit ${datatype}, given ${value}`);
  };
}

function bad(name: string, problem: string): MillraceError {
  return new MillraceError('BAD_INPUT', `input "${name}": ${problem}`);
}
