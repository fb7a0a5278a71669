import type { Tensor } from '../engine/tensor.ts';
import type { PredictionBatch } from './prediction-batch.ts';

/** The rows of a batch by column. A missing number is null; a tensor with several values per row gives an array per row. */
export interface PredictionColumns {
  readonly features: Readonly<Record<string, ArrayLike<unknown>>>;
  readonly scores: ArrayLike<number | null>;
}

/** Reads features and scores out of the tensors of a batch. The score is the last value of its row: the probability of the positive class. */
export function columnsOf({ inputs, outputs, rows, version }: PredictionBatch): PredictionColumns {
  const features = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, columnOf(tensor, rows)]));
  return { features, scores: scoresOf(outputs[version.scoreOutput], rows) };
}

function columnOf({ datatype, data }: Tensor, rows: number): ArrayLike<unknown> {
  const values = datatype === 'BOOL' ? Array.from(data as Uint8Array, Boolean) : withoutNaN(data);
  const width = values.length / rows;
  return width === 1 ? values : Array.from({ length: rows }, (_, row) => Array.prototype.slice.call(values, row * width, (row + 1) * width) as unknown[]);
}

function scoresOf(tensor: Tensor | undefined, rows: number): ArrayLike<number | null> {
  const width = tensor === undefined ? 0 : tensor.data.length / rows;
  if (tensor === undefined || !Number.isInteger(width) || width < 1 || Array.isArray(tensor.data)) return Array.from({ length: rows }, () => null);
  return Array.from({ length: rows }, (_, row) => {
    const score = Number(tensor.data[row * width + width - 1]);
    return Number.isFinite(score) ? score : null;
  });
}

function withoutNaN(data: Tensor['data']): ArrayLike<unknown> {
  if (!(data instanceof Float32Array || data instanceof Float64Array) || data.every(Number.isFinite)) return data;
  return Array.from(data, (value) => (Number.isFinite(value) ? value : null));
}
