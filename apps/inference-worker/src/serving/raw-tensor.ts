import { MillraceError, type TensorDatatype } from '@millrace/contracts';
import { isUtf8 } from 'node:buffer';
import { elementBytes, elementCount, viewData, type Tensor, type TensorData } from '../engine/tensor/tensor.ts';

/** Of the length (u32) before each value of BYTES. */
const LENGTH_BYTES = 4;

/**
 * The values of a tensor in raw bytes: little-endian, row-major, no padding; BOOL one byte of 0 or 1, a value of BYTES its length (u32) and then
 * UTF-8. `bytes` may begin anywhere: they are copied once, and the result owns its memory. Throws a `BAD_INPUT` that names the tensor.
 */
export function decodeRaw(datatype: TensorDatatype, shape: readonly number[], bytes: Uint8Array, name: string): TensorData {
  const count = elementCount(shape);
  if (datatype === 'BYTES') return decodeTexts({ name, shape, count }, bytes);
  const expected = count * elementBytes(datatype);
  if (bytes.length !== expected) throw bad(name, `${datatype} of shape [${shape.join(',')}] needs ${expected} bytes, given ${bytes.length}`);
  const data = viewData(datatype, new Uint8Array(bytes).buffer, 0, count);
  if (datatype === 'BOOL') checkBits(name, data as Uint8Array);
  return data;
}

/** The values of a tensor as `decodeRaw` takes them. Everything but BYTES is a view of the tensor's memory. */
export function encodeRaw({ data }: Tensor): Uint8Array {
  if (!Array.isArray(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let size = 0;
  for (const text of data) size += LENGTH_BYTES + Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const text of data) {
    const length = bytes.write(text, offset + LENGTH_BYTES);
    bytes.writeUInt32LE(length, offset);
    offset += LENGTH_BYTES + length;
  }
  return bytes;
}

/** Value `index` of a BYTES tensor. Throws `BAD_INPUT` for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Buffer, name: string, index: number): string {
  const text = bytes.toString();
  // Only what cannot be decoded, or the replacement character itself, becomes U+FFFD.
  if (text.includes('\ufffd') && !isUtf8(bytes)) throw bad(name, `value ${index} must be UTF-8, given other bytes`);
  return text;
}

function decodeTexts(tensor: { readonly name: string; readonly shape: readonly number[]; readonly count: number }, bytes: Uint8Array): string[] {
  const { name, shape, count } = tensor;
  const size = bytes.length;
  if (count * LENGTH_BYTES > size) throw bad(name, `BYTES of shape [${shape.join(',')}] needs at least ${count * LENGTH_BYTES} bytes, given ${size}`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, size);
  const texts: string[] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    const start = offset + LENGTH_BYTES;
    if (start > size) throw bad(name, `${count} values of shape [${shape.join(',')}] expected, the ${size} bytes hold ${index}`);
    const end = start + buffer.readUInt32LE(offset);
    if (end > size) throw bad(name, `value ${index} of ${end - start} bytes reaches beyond the ${size} bytes of the tensor`);
    texts.push(decodeUtf8(buffer.subarray(start, end), name, index));
    offset = end;
  }
  if (offset !== size) throw bad(name, `${count} values of shape [${shape.join(',')}] take ${offset} bytes, given ${size}`);
  return texts;
}

function checkBits(name: string, data: Uint8Array): void {
  const index = data.findIndex((byte) => byte > 1);
  if (index !== -1) throw bad(name, `value ${index} must be a byte of 0 or 1, given ${data[index]}`);
}

function bad(name: string, problem: string): MillraceError {
  return new MillraceError('BAD_INPUT', `input "${name}": ${problem}`);
}
