import type { ReferenceProfile } from '@millrace/contracts';
import type { TensorData } from '../engine/tensor/tensor.ts';
import { columnsIn, type ChunkFeature } from './chunk-layout.ts';
import type { LoggedEndpoint, RowsMessage } from './log-messages.ts';

/** A column of features with its values, `width` for each row. */
export interface LoggedFeature extends ChunkFeature {
  readonly values: TensorData;
}

/** Rows of one endpoint and version in the log thread. Views may be longer than `rows`. */
export interface LoggedRows {
  readonly endpoint: LoggedEndpoint;
  readonly modelVersionId: string;
  readonly referenceProfile: ReferenceProfile | null;
  readonly rows: number;
  readonly bytes: number;
  readonly eventIds: readonly string[];
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  /** Not finite where there is none. */
  readonly scores: Float64Array;
  readonly features: readonly LoggedFeature[];
}

/** Reads a chunk that the main thread handed over. */
export function openChunk(message: RowsMessage, referenceProfile: ReferenceProfile | null): LoggedRows {
  const { endpoint, modelVersionId, rows, bytes, texts } = message;
  const { times, scores, spans, values } = columnsIn(message.buffer, message.features, message.capacity);
  let text = 0;
  const features = message.features.map((feature, index): LoggedFeature => {
    const column = feature.datatype === 'BYTES' ? texts[text++] : values[index];
    return { ...feature, values: column ?? [] };
  });
  return { endpoint, modelVersionId, referenceProfile, rows, bytes, eventIds: expandIds(message.ids, spans), times, scores, features };
}

function expandIds(ids: readonly string[], spans: Int32Array): string[] {
  const expanded: string[] = [];
  for (const [index, id] of ids.entries()) {
    const span = spans[index] ?? 0;
    if (span === 0) expanded.push(id);
    for (let row = 0; row < span; row++) expanded.push(`${id}/${row}`);
  }
  return expanded;
}
