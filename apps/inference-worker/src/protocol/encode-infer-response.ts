import type { AssignedVersion } from '@millrace/contracts';
import type { NamedTensors, Tensor } from '../engine/tensor.ts';
import { ProtocolError } from './protocol-error.ts';

interface InferResponse {
  readonly endpoint: string;
  readonly id: string;
  readonly version: AssignedVersion;
  readonly outputs: NamedTensors;
  /** In this order; undefined asks for all outputs of the signature. */
  readonly requested: readonly string[] | undefined;
}

/** The body of a successful infer response. A value that JSON cannot carry (NaN, ±∞) is written as null; INT64 is exact. */
export function encodeInferResponse({ endpoint, id, version, outputs, requested }: InferResponse): string {
  const names = requested ?? version.signature.outputs.map(({ name }) => name);
  const tensors = names.map((name) => {
    const tensor = outputs[name];
    return tensor === undefined
      ? ''
      : `{"name":${JSON.stringify(name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}],"data":[${encodeValues(tensor)}]}`;
  });
  return (
    `{"model_name":${JSON.stringify(endpoint)},"model_version":"${version.version}","id":${JSON.stringify(id)},` +
    `"parameters":{"model_version_id":${JSON.stringify(version.modelVersionId)}},"outputs":[${tensors.join(',')}]}`
  );
}

/** Throws a 400 when an output is asked for that the model does not have. */
export function checkRequestedOutputs(version: AssignedVersion, requested: readonly string[] | undefined): void {
  const known = version.signature.outputs.map(({ name }) => name);
  const unknown = requested?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ProtocolError(400, `unknown output "${unknown}"; the model gives ${known.map((name) => `"${name}"`).join(', ')}`);
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
