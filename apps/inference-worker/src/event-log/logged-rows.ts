import type { ReferenceProfile } from '@millrace/contracts';
import type { FeatureColumn, PredictionRows } from '@millrace/prediction-segment';
import { columnsIn } from './chunk-layout.ts';
import type { LoggedEndpoint, RowsMessage } from './log-messages.ts';

/** Rows of one endpoint and version in the log thread. Views may be longer than `rows`. */
export interface LoggedRows extends PredictionRows {
  readonly endpoint: LoggedEndpoint;
  readonly referenceProfile: ReferenceProfile | null;
  /** What they hold in memory. */
  readonly bytes: number;
}

/** Reads a chunk that the main thread handed over. */
export function openChunk(message: RowsMessage, referenceProfile: ReferenceProfile | null): LoggedRows {
  const { endpoint, modelVersionId, rows, bytes, texts, ids } = message;
  const { times, scores, spans, values } = columnsIn(message.buffer, message.features, message.capacity);
  let text = 0;
  const features = message.features.map((feature, index): FeatureColumn => {
    const column = feature.datatype === 'BYTES' ? texts[text++] : values[index];
    return { ...feature, values: column ?? [] };
  });
  return { endpoint, modelVersionId, referenceProfile, rows, bytes, ids, spans, times, scores, features };
}
