import type { PredictionBatch } from './prediction-batch.ts';
import type { PredictionColumns } from './prediction-columns.ts';

/** Columns that every line has; a feature with one of these names is left out of the line. */
const RESERVED: ReadonlySet<string> = new Set(['event_id', 'event_time', 'endpoint', 'model_version_id', 'score']);

/** Half of a surrogate pair is text to JavaScript, and to nobody who reads the line. */
const HALF_A_PAIR = /\p{Surrogate}/gu;

/** One NDJSON line per row: event id, event time (ISO 8601), endpoint, model version, the features by name, the score. Each line ends with a newline. */
export function encodePredictions(batch: PredictionBatch, columns: PredictionColumns): string {
  const shared = `,"endpoint":${JSON.stringify(batch.endpoint.name)},"model_version_id":${JSON.stringify(batch.version.modelVersionId)}`;
  const features = Object.entries(columns.features)
    .filter(([name]) => !RESERVED.has(name))
    .map(([name, values]) => ({ key: `,${JSON.stringify(name)}:`, values }));
  let text = '';
  for (let row = 0; row < batch.rows; row++) {
    text += `{"event_id":${encode(batch.eventIds[row])},"event_time":"${new Date(batch.eventTimes[row] ?? 0).toISOString()}"${shared}`;
    for (const { key, values } of features) text += key + encode(values[row]);
    text += `,"score":${columns.scores[row] ?? 'null'}}\n`;
  }
  return text;
}

function encode(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.replaceAll(HALF_A_PAIR, '\uFFFD'));
  if (typeof value === 'bigint') return value.toString();
  return Array.isArray(value) ? `[${value.map(encode).join(',')}]` : JSON.stringify(value ?? null);
}
