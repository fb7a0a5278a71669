import { InferenceSession, Tensor } from 'onnxruntime-node';
import { featureTensors } from './feature-tensors.ts';
import { SCORE_OUTPUT, type Feature } from './features.ts';
import type { Table } from './table/table.ts';

/** Runs an exported model on raw columns, as a serving node would. */
export async function runOnnx(model: Uint8Array, table: Table, features: readonly Feature[]): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const feeds = Object.fromEntries(featureTensors(table, features).map((tensor) => [tensor.name, toOrt(tensor.datatype, tensor.data)]));
    const outputs = await session.run(feeds);
    const score = outputs[SCORE_OUTPUT];
    if (!(score?.data instanceof Float32Array) || score.dims.length !== 1) throw new Error('The model has no probability vector.');
    return score.data;
  } finally {
    await session.release();
  }
}

function toOrt(datatype: Feature['datatype'], data: Float32Array | Float64Array | string[]): Tensor {
  const type = { FP32: 'float32', FP64: 'float64', BYTES: 'string' } as const;
  return new Tensor(type[datatype], data, [data.length]);
}
