import { crc32 } from 'node:zlib';
import { MillraceError, rowSchemaSchema, segmentHeadSchema, type RowSchema, type SegmentHead } from '@millrace/contracts';
import { aligned, BLOCK, MAGIC, PREAMBLE_BYTES, valueBytes, viewValues, type ColumnValues } from './layout.ts';
import type { FeatureColumn, PredictionRows } from './prediction-rows.ts';
import { readTexts } from './text-column.ts';

/** What a file of a segment holds. */
export interface ReadSegment {
  /** Undefined when not even the head is whole. */
  readonly head: SegmentHead | undefined;
  /** Views of the file: nothing is copied but text. */
  readonly blocks: readonly PredictionRows[];
  /** Where the whole blocks end. What comes after them, a crash has left in the middle of a write. */
  readonly end: number;
}

interface Block {
  readonly kind: number;
  readonly schema: number;
  readonly rows: number;
  readonly ids: number;
  readonly payload: Buffer;
  readonly end: number;
}

/** Reads a segment up to the first block that is not whole. */
export function readSegment(file: Buffer): ReadSegment {
  const bytes = file.byteOffset % 8 === 0 ? file : Buffer.from(Uint8Array.from(file).buffer);
  const schemas: RowSchema[] = [];
  const blocks: PredictionRows[] = [];
  let head: SegmentHead | undefined;
  let end = 0;
  for (let block = blockAt(bytes, end); block !== undefined; block = blockAt(bytes, end)) {
    try {
      if (block.kind === BLOCK.HEAD) head = segmentHeadSchema.parse(jsonOf(block.payload));
      else if (block.kind === BLOCK.SCHEMA) schemas.push(rowSchemaSchema.parse(jsonOf(block.payload)));
      else blocks.push(rowsOf(block, schemas));
    } catch {
      break;
    }
    end = block.end;
  }
  return { head, blocks, end: head === undefined ? 0 : end };
}

/**
 * Reads a segment that was closed.
 *
 * @throws MillraceError SOURCE_CORRUPT when it is not whole.
 */
export function readWholeSegment(file: Buffer): { readonly head: SegmentHead; readonly blocks: readonly PredictionRows[] } {
  const { head, blocks, end } = readSegment(file);
  if (head !== undefined && end === file.length) return { head, blocks };
  throw new MillraceError('SOURCE_CORRUPT', `The segment of the prediction log is not whole: ${end} of its ${file.length} bytes can be read.`, {
    fields: { end, bytes: file.length },
  });
}

/** Undefined when there is none, or it is not whole. */
function blockAt(bytes: Buffer, at: number): Block | undefined {
  if (at + PREAMBLE_BYTES > bytes.length) return undefined;
  const preamble = Buffer.from(bytes.subarray(at, at + PREAMBLE_BYTES));
  const [magic, kind = 0, length = 0, sum = 0, schema = 0, rows = 0, ids = 0] = Array.from({ length: 7 }, (_, i) => preamble.readUInt32LE(4 * i));
  const end = at + PREAMBLE_BYTES + length;
  if (magic !== MAGIC || length !== aligned(length) || end > bytes.length) return undefined;
  preamble.writeUInt32LE(0, 12);
  const payload = bytes.subarray(at + PREAMBLE_BYTES, end);
  return crc32(payload, crc32(preamble)) === sum ? { kind, schema, rows, ids, payload, end } : undefined;
}

function rowsOf({ schema, rows, ids: idCount, payload }: Block, schemas: readonly RowSchema[]): PredictionRows {
  const shape = schemas[schema];
  if (shape === undefined) throw new RangeError(`there is no schema ${schema}`);
  const { buffer, byteOffset } = payload;
  let at = 8 * rows;
  const times = new Float64Array(buffer, byteOffset, rows);
  const scores = new Float64Array(buffer, byteOffset + at, rows);
  at += 8 * rows;
  const spans = new Int32Array(buffer, byteOffset + at, idCount);
  at += aligned(4 * idCount);
  const { texts: ids, end } = readTexts(payload, at, idCount);
  at = end;
  const covered = spans.reduce((sum, span) => sum + (span === 0 ? 1 : span), 0);
  if (covered !== rows || spans.some((span) => span < 0)) throw new RangeError(`a block has ids for ${covered} rows in place of ${rows}`);
  const features = shape.features.map((feature): FeatureColumn => {
    const count = rows * feature.width;
    const read = readValues(payload, at, feature.datatype, count);
    at = read.end;
    return { ...feature, values: read.values };
  });
  if (at > payload.length) throw new RangeError('the columns of a block go beyond it');
  return { modelVersionId: shape.modelVersionId, rows, ids, spans, times, scores, features };
}

function readValues(payload: Buffer, at: number, datatype: FeatureColumn['datatype'], count: number): { readonly values: ColumnValues; readonly end: number } {
  if (datatype === 'BYTES') {
    const { texts, end } = readTexts(payload, at, count);
    return { values: texts, end };
  }
  return { values: viewValues(datatype, payload.buffer, payload.byteOffset + at, count), end: at + aligned(count * valueBytes(datatype)) };
}

function jsonOf(payload: Buffer): unknown {
  return JSON.parse(payload.toString().replace(/\0+$/, ''));
}
