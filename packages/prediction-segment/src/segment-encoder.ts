import { crc32 } from 'node:zlib';
import type { SegmentHead } from '@millrace/contracts';
import { GrowingBytes } from './growing-bytes.ts';
import { BLOCK, LONGEST_HEAD_BYTES, MAGIC, PREAMBLE_BYTES, valueBytes, type NumberValues } from './layout.ts';
import type { PredictionRows } from './prediction-rows.ts';
import { writeTexts } from './text-column.ts';

interface BlockFields {
  readonly kind: number;
  readonly schema?: number;
  readonly rows?: number;
  readonly ids?: number;
}

/** Encodes the blocks of one segment. It remembers which schemas the segment has. */
export class SegmentEncoder {
  readonly #out = new GrowingBytes();
  readonly #schemas = new Map<string, number>();

  /** The head of the segment, which comes first. Valid until the next call. */
  head(head: SegmentHead): Buffer {
    this.#out.clear();
    this.#block({ kind: BLOCK.HEAD }, () => this.#json(head));
    if (this.#out.length > LONGEST_HEAD_BYTES) throw new RangeError(`the head of a segment has ${this.#out.length} bytes, more than ${LONGEST_HEAD_BYTES}`);
    return this.#out.written;
  }

  /** Blocks of rows, with the schemas that the segment has not had yet. Valid until the next call. When they cannot be written, `forget` them. */
  rows(chunks: readonly PredictionRows[]): { readonly bytes: Buffer; readonly forget: () => void } {
    this.#out.clear();
    const known = this.#schemas.size;
    for (const chunk of chunks) this.#rows(chunk);
    const forget = (): void => {
      for (const [key, number] of this.#schemas) if (number >= known) this.#schemas.delete(key);
    };
    return { bytes: this.#out.written, forget };
  }

  #rows({ modelVersionId, rows, ids, spans, times, scores, features }: PredictionRows): void {
    const schema = this.#schemaOf(JSON.stringify({ modelVersionId, features: features.map(({ name, datatype, width }) => ({ name, datatype, width })) }));
    this.#block({ kind: BLOCK.ROWS, schema, rows, ids: ids.length }, () => {
      const out = this.#out;
      out.copy(times.subarray(0, rows));
      out.copy(scores.subarray(0, rows));
      out.copy(spans.subarray(0, ids.length));
      writeTexts(out, ids, ids.length);
      for (const { datatype, width, values } of features) {
        if (datatype === 'BYTES') writeTexts(out, values as string[], rows * width);
        else {
          const { buffer, byteOffset } = values as NumberValues;
          out.copy(new Uint8Array(buffer, byteOffset, rows * width * valueBytes(datatype)));
        }
      }
    });
  }

  #schemaOf(json: string): number {
    const known = this.#schemas.get(json);
    if (known !== undefined) return known;
    const number = this.#schemas.size;
    this.#block({ kind: BLOCK.SCHEMA, schema: number }, () => this.#text(json));
    this.#schemas.set(json, number);
    return number;
  }

  #json(value: unknown): void {
    this.#text(JSON.stringify(value));
  }

  #text(text: string): void {
    this.#out.copy(Buffer.from(text));
  }

  #block({ kind, schema = 0, rows = 0, ids = 0 }: BlockFields, write: () => void): void {
    const out = this.#out;
    const { at } = out.add(PREAMBLE_BYTES);
    write();
    const { written } = out;
    const preamble = new Uint32Array(written.buffer, written.byteOffset + at, PREAMBLE_BYTES / 4);
    preamble.set([MAGIC, kind, written.length - at - PREAMBLE_BYTES, 0, schema, rows, ids, 0]);
    preamble[3] = crc32(written.subarray(at));
  }
}
