import type { AssignedVersion, Histogram, TensorSpec } from '@millrace/contracts';
import { allocateData, elementCount, type NamedTensors, type TensorData } from '../tensor/tensor.ts';

/**
 * Inputs made from the signature, for warming up and for measuring: values come from the reference profile of the
 * feature with the same name where there is one, else they are zero or empty. Open dimensions other than the first are 1.
 */
export function syntheticInputs(version: Pick<AssignedVersion, 'signature' | 'referenceProfile'>, rows: number): NamedTensors {
  return Object.fromEntries(
    version.signature.inputs.map((spec) => {
      const shape = spec.shape.map((dimension, axis) => (dimension === -1 ? (axis === 0 ? rows : 1) : dimension));
      return [spec.name, { datatype: spec.datatype, shape, data: fill(spec, elementCount(shape), version.referenceProfile?.features[spec.name]) }];
    }),
  );
}

function fill(spec: TensorSpec, length: number, histogram: Histogram | undefined): TensorData {
  const data = allocateData(spec.datatype, length);
  if (histogram === undefined) return data;
  for (let i = 0; i < length; i++) {
    if (Array.isArray(data)) {
      data[i] =
        histogram.kind === 'categorical'
          ? (histogram.values[i % Math.max(1, histogram.values.length)] ?? '')
          : String(histogram.edges[i % Math.max(1, histogram.edges.length)] ?? 0);
    } else {
      const value =
        histogram.kind === 'numeric'
          ? (histogram.edges[i % Math.max(1, histogram.edges.length)] ?? 0)
          : Number(histogram.values[i % Math.max(1, histogram.values.length)] ?? 0) || 0;
      if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(Math.trunc(value));
      else data[i] = value;
    }
  }
  return data;
}
