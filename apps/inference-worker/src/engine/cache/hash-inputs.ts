import { createHash } from 'node:crypto';
import type { NamedTensors } from '../tensor/tensor.ts';

/** A hash of names, datatypes, shapes and the very bits of the values, in the order of the record: two NaN of other bits are other inputs. */
export function hashInputs(inputs: NamedTensors): string {
  const hash = createHash('sha256');
  for (const [name, { datatype, shape, data }] of Object.entries(inputs)) {
    hash.update(`${name.length}:${name}${datatype}[${shape.join(',')}]`);
    // The length before each text keeps ["ab", "c"] apart from ["a", "bc"].
    if (Array.isArray(data)) for (const text of data) hash.update(`${text.length}:${text}`, 'utf16le');
    else hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('base64');
}
