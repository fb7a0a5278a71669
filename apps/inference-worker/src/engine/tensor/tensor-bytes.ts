import type { NamedTensors, TensorData } from './tensor.ts';

/** How much memory the values take; a text counts what its UTF-16 units take. */
export function tensorBytes(tensors: NamedTensors): number {
  let bytes = 0;
  for (const name in tensors) bytes += dataBytes(tensors[name]?.data);
  return bytes;
}

function dataBytes(data: TensorData | undefined): number {
  if (data === undefined) return 0;
  if (!Array.isArray(data)) return data.byteLength;
  let bytes = 0;
  for (const text of data) bytes += text.length * 2;
  return bytes;
}
