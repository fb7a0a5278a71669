import { MillraceError, PREDICTION_COLUMNS, type Column } from '@millrace/contracts';
import type { BatchColumn, ColumnBatch } from '@millrace/lakehouse';
import { eventIdsOf, numbersOfHalves, readWholeSegment, type FeatureColumn, type PredictionRows } from '@millrace/prediction-segment';
import type { SegmentFile } from './outcome-tables.ts';

/**
 * The rows of a segment as a table takes them, with those of its features that `columns` names.
 *
 * @throws MillraceError SOURCE_CORRUPT when it is not whole, or has other rows than it was recorded with.
 */
export function batchesOf({ content, rows, segmentId }: SegmentFile, columns: readonly Column[]): ColumnBatch[] {
  const { head, blocks } = readWholeSegment(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  const found = blocks.reduce((sum, block) => sum + block.rows, 0);
  if (found !== rows)
    throw new MillraceError('SOURCE_CORRUPT', `The segment ${segmentId} has ${found} rows, but was recorded with ${rows}.`, {
      fields: { segmentId, found, rows },
    });
  const wanted = new Set(columns.map(({ name }) => name).filter((name) => !PREDICTION_COLUMNS.some((column) => column.name === name)));
  return blocks.map((block) => batchOf(block, head.endpoint, wanted));
}

function batchOf(block: PredictionRows, endpoint: string, wanted: ReadonlySet<string>): ColumnBatch {
  const { rows, times, modelVersionId, features, scores } = block;
  return {
    rows,
    constants: { endpoint, model_version_id: modelVersionId },
    columns: [
      { name: 'event_id', kind: 'BYTES', values: eventIdsOf(block) },
      { name: 'event_time', kind: 'FP64', values: times },
      // A model that gave no number gave no score: NaN would count as the highest of all.
      { name: 'score', kind: 'FP64', values: scores, isNullUnlessFinite: true },
      ...features.filter(({ name, width }) => width > 0 && wanted.has(name)).map((feature) => columnOf(feature, rows)),
    ],
  };
}

function columnOf(feature: FeatureColumn, rows: number): BatchColumn {
  const { name, datatype, width, values } = feature;
  if (width > 1) return { name, kind: 'BYTES', values: Array.from({ length: rows }, (_, row) => listOf(feature, row)) };
  if (datatype === 'FP16' || datatype === 'BF16') return { name, kind: 'FP32', values: numbersOfHalves(datatype, values as Uint16Array) };
  return { name, kind: datatype, values };
}

/** Several values of a row are kept as text: a JSON array. */
function listOf({ datatype, width, values }: FeatureColumn, row: number): string {
  const from = row * width;
  if (Array.isArray(values)) return JSON.stringify(values.slice(from, from + width));
  const own = values.subarray(from, from + width);
  const numbers = datatype === 'FP16' || datatype === 'BF16' ? numbersOfHalves(datatype, own as Uint16Array) : own;
  return `[${Array.from(numbers as ArrayLike<number | bigint>, (value) => textOf(value, datatype === 'BOOL')).join(',')}]`;
}

function textOf(value: number | bigint, isBoolean: boolean): string {
  if (isBoolean) return value === 0 ? 'false' : 'true';
  return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);
}
