import type { Tensor } from '../engine/tensor.ts';
import type { InferResult } from '../serving/infer-request.ts';

/** The body of a successful infer response. A value that JSON cannot carry (NaN, ±∞) is written as null; INT64 is exact. */
export function encodeInferResponse({ endpoint, id, version, outputs }: InferResult): string {
  const tensors = outputs.map(
    ({ name, tensor }) =>
      `{"name":${JSON.stringify(name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}],"data":[${encodeValues(tensor)}]}`,
  );
  const chosen =
    version === undefined ? '' : `"model_version":"${version.version}","parameters":{"model_version_id":${JSON.stringify(version.modelVersionId)}},`;
  return `{"model_name":${JSON.stringify(endpoint)},${chosen}"id":${JSON.stringify(id)},"outputs":[${tensors.join(',')}]}`;
}

function encodeValues({ datatype, data }: Tensor): string {
  if (Array.isArray(data)) return data.map((text) => JSON.stringify(text)).join(',');
  if (datatype === 'BOOL') return Array.from(data as Uint8Array, (bit) => (bit === 0 ? 'false' : 'true')).join(',');
  if (data instanceof Float32Array || data instanceof Float64Array) return Array.from(data, encodeNumber).join(',');
  return data.join(',');
}

function encodeNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
