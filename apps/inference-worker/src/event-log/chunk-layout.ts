import type { TensorDatatype } from '@millrace/contracts';
import { elementBytes, viewData, type TensorData } from '../engine/tensor/tensor.ts';

/** A column of features in a chunk: `width` values for each row. 0: the tensor could not be divided by rows, and has no values here. */
export interface ChunkFeature {
  readonly name: string;
  readonly datatype: TensorDatatype;
  readonly width: number;
}

/** The columns of a chunk as views of its one buffer; those of text are plain arrays. */
export interface ChunkColumns {
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  /** NaN where there is none. */
  readonly scores: Float64Array;
  /** For each id: 0 when it is the id of one row, else how many rows got `<id>/<row>`. */
  readonly spans: Int32Array;
  readonly values: readonly TensorData[];
}

const ALIGNMENT = 8;

/** The bytes of the buffer of a chunk for `capacity` rows. */
export function chunkBytes(features: readonly ChunkFeature[], capacity: number): number {
  let bytes = aligned(20 * capacity);
  for (const { datatype, width } of features) bytes += aligned(elementBytes(datatype) * width * capacity);
  return bytes;
}

/** The columns in a buffer of `chunkBytes`. Both threads come to the same layout. */
export function columnsIn(buffer: ArrayBuffer, features: readonly ChunkFeature[], capacity: number): ChunkColumns {
  let offset = aligned(20 * capacity);
  const values = features.map(({ datatype, width }): TensorData => {
    if (datatype === 'BYTES') return [];
    const column = viewData(datatype, buffer, offset, width * capacity);
    offset += aligned(column.byteLength);
    return column;
  });
  return {
    times: new Float64Array(buffer, 0, capacity),
    scores: new Float64Array(buffer, 8 * capacity, capacity),
    spans: new Int32Array(buffer, 16 * capacity, capacity),
    values,
  };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
