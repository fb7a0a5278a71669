import { wellFormed, type LineBuffer } from './line-buffer.ts';
import type { LoggedFeature, LoggedRows } from './logged-rows.ts';

/** Columns that every line has; a feature with one of these names is left out of the line. */
const RESERVED: ReadonlySet<string> = new Set(['event_id', 'event_time', 'endpoint', 'model_version_id', 'score']);

const EVENT_ID = Buffer.from('{"event_id":');
const SCORE = Buffer.from(',"score":');
const [OPEN, COMMA, CLOSE] = [91, 44, 93];
const LINE_END = Buffer.from('}\n');

/** One NDJSON line per row: event id, event time (ISO 8601), endpoint, model version, the features by name, the score. Each line ends with a newline. */
export function encodePredictions(lines: LineBuffer, rows: LoggedRows): void {
  const columns = rows.features
    .filter(({ name }) => !RESERVED.has(name))
    .map((feature) => ({ key: Buffer.from(`,${JSON.stringify(wellFormed(feature.name))}:`), feature }));
  const shared = `","endpoint":${JSON.stringify(rows.endpoint.name)},"model_version_id":${JSON.stringify(rows.modelVersionId)}`;
  let time = Number.NaN;
  let timed = Buffer.alloc(0);
  for (let row = 0; row < rows.rows; row++) {
    const rowTime = rows.times[row] ?? 0;
    if (rowTime !== time) {
      time = rowTime;
      timed = Buffer.from(`,"event_time":"${new Date(time).toISOString()}${shared}`);
    }
    lines.raw(EVENT_ID);
    lines.text(rows.eventIds[row] ?? '');
    lines.raw(timed);
    for (const { key, feature } of columns) {
      lines.raw(key);
      encodeFeature(lines, feature, row);
    }
    lines.raw(SCORE);
    lines.number(rows.scores[row] ?? Number.NaN);
    lines.raw(LINE_END);
  }
}

function encodeFeature(lines: LineBuffer, { datatype, width, values }: LoggedFeature, row: number): void {
  if (width === 1) return encodeValue(lines, datatype, values[row]);
  if (width === 0) return lines.json('null');
  for (let i = 0; i < width; i++) {
    lines.byte(i === 0 ? OPEN : COMMA);
    encodeValue(lines, datatype, values[row * width + i]);
  }
  lines.byte(CLOSE);
}

function encodeValue(lines: LineBuffer, datatype: LoggedFeature['datatype'], value: number | bigint | string | undefined): void {
  if (datatype === 'BOOL') lines.json(value === 0 ? 'false' : 'true');
  else if (typeof value === 'number') lines.number(value);
  else if (typeof value === 'bigint') lines.json(value.toString());
  else lines.text(value ?? '');
}
