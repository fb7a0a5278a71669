import type { Tensor } from '../engine/tensor/tensor.ts';
import { ProtocolError } from './protocol-error.ts';

/** The values of an output as the inside of a JSON array. A value that JSON cannot carry (NaN, ±∞) is null; 64-bit integers are exact. */
export function encodeJson(name: string, { datatype, data }: Tensor): string {
  if (datatype === 'FP16' || datatype === 'BF16')
    throw new ProtocolError(400, `output "${name}" is ${datatype}, which JSON cannot carry; ask for it with the parameter "binary_data": true`);
  if (data instanceof Float32Array || data instanceof Float64Array) return encodeFloats(data);
  if (Array.isArray(data)) return data.map((text) => JSON.stringify(text)).join(',');
  if (datatype === 'BOOL') return Array.from(data as Uint8Array, (bit) => (bit === 0 ? 'false' : 'true')).join(',');
  return data.join(',');
}

function encodeFloats(values: Float32Array | Float64Array): string {
  let text = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // Only NaN and the infinities differ from themselves when they are subtracted from themselves.
    text += (i === 0 ? '' : ',') + (value - value === 0 ? value : 'null');
  }
  return text;
}
