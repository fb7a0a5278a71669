import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import type { TextEncoding } from '@millrace/contracts';
import { inflated, plainCompressionOf, type PlainCompression } from './inflate.ts';
import { LineFault } from './line-fault.ts';

const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

/** A text as it comes, in pieces, with the encoding that it was found to have. */
export interface TextChunks {
  readonly encoding: TextEncoding;
  readonly chunks: AsyncGenerator<string>;
}

/** A text in UTF-8 as it comes: pieces that end between two characters, without a byte order mark. */
type Utf8Chunks = AsyncGenerator<Buffer>;

export interface Utf8Text {
  readonly chunks: Utf8Chunks;
  /** `undefined` where DuckDB does not read it. */
  readonly compression: PlainCompression | undefined;
}

/**
 * Reads a file as text: decompressed, decoded, without a byte order mark. UTF-8 and UTF-16 are found; whatever else must be declared,
 * for the bytes of one such encoding are letters in all of them. Throws a `LineFault` with the first line that is not of the encoding.
 */
export async function openText(path: string, declared: TextEncoding | undefined): Promise<TextChunks> {
  const { encoding, bytes } = await openEncoded(path, declared);
  return { encoding, chunks: encoding === 'utf-8' ? asText(utf8(bytes)) : withoutNul(decoded(bytes, encoding)) };
}

/** Reads a file as {@link openText} does, but leaves it in bytes; `undefined` where it is not UTF-8. */
export async function openUtf8(path: string, declared: TextEncoding | undefined): Promise<Utf8Text | undefined> {
  const { encoding, bytes, compression, close } = await openEncoded(path, declared);
  if (encoding === 'utf-8') return { compression, chunks: utf8(bytes) };
  close();
  return undefined;
}

interface EncodedBytes {
  readonly encoding: TextEncoding;
  readonly bytes: AsyncGenerator<Buffer>;
  readonly compression: PlainCompression | undefined;
  readonly close: () => void;
}

async function openEncoded(path: string, declared: TextEncoding | undefined): Promise<EncodedBytes> {
  const { file, bytes, head: start } = await openBytes(path);
  const close = (): void => void file.destroy();
  const first = await bytes.next().catch((error: unknown) => {
    close();
    throw error;
  });
  const head = first.done === true ? Buffer.alloc(0) : first.value;
  const all = async function* (): AsyncGenerator<Buffer> {
    try {
      yield head;
      yield* bytes;
    } finally {
      close();
    }
  };
  return { encoding: declared ?? encodingOf(head), bytes: all(), compression: plainCompressionOf(path, start), close };
}

async function openBytes(path: string): Promise<{ file: Readable; bytes: AsyncGenerator<Buffer>; head: Buffer }> {
  const handle = await open(path, 'r');
  const head = Buffer.alloc(8);
  try {
    await handle.read(head, 0, head.length, 0);
  } finally {
    await handle.close();
  }
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return { file, bytes: inflated(path, head, file), head };
}

function encodingOf(head: Buffer): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) {
    if (head[2] === 0 && head[3] === 0) throw new LineFault(1, 'the text is UTF-32, which is not read', 'Write it as UTF-8.');
    return 'utf-16le';
  }
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  // No other text has a zero in every second byte.
  const sample = head.subarray(0, 4096);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const many = sample.length / 4;
  if (odd > many && even === 0) return 'utf-16le';
  if (even > many && odd === 0) return 'utf-16be';
  return 'utf-8';
}

async function* asText(chunks: Utf8Chunks): AsyncGenerator<string> {
  for await (const chunk of chunks) yield chunk.toString('utf8');
}

/** Whole characters of UTF-8: a chunk that ends within one leaves its beginning to the next. */
async function* utf8(chunks: AsyncGenerator<Buffer>): Utf8Chunks {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  let isFirst = true;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = wholeCharacters(bytes);
    rest = bytes.subarray(end);
    const start = isFirst ? marksIn(bytes) : 0;
    isFirst = false;
    const whole = bytes.subarray(start, end);
    if (!isUtf8(whole)) throw notUtf8(whole, line);
    const nul = whole.indexOf(0);
    if (nul >= 0) throw nulFault(line + linesIn(whole.subarray(0, nul)));
    line += linesIn(whole);
    if (whole.length > 0) yield whole;
  }
  if (rest.length > 0) throw notUtf8(rest, line);
}

/** How many bytes of byte order marks a text begins with: some programs write one before what already has one. */
function marksIn(bytes: Buffer): number {
  let length = 0;
  while (bytes[length] === 0xef && bytes[length + 1] === 0xbb && bytes[length + 2] === 0xbf) length += 3;
  return length;
}

/** Where the last character begins that may go on in the next chunk. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function notUtf8(bytes: Buffer, firstLine: number): LineFault {
  let line = firstLine;
  let start = 0;
  for (;;) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found < 0 ? bytes.length : found;
    const text = bytes.subarray(start, end);
    if (!isUtf8(text) || found < 0) {
      const letter = [...text].find((byte, at) => byte >= 0x80 && !isUtf8(text.subarray(0, at + 1)) && !isUtf8(text.subarray(at, at + 4)));
      return new LineFault(
        line,
        `the text is not UTF-8${letter === undefined ? '' : ` (it has a byte 0x${letter.toString(16)})`}: ${JSON.stringify(text.toString('latin1').slice(0, 60))}`,
        'Declare the encoding that it was written in, for example encoding: "windows-1252" or "latin1".',
      );
    }
    line += 1;
    start = end + 1;
  }
}

async function* decoded(chunks: AsyncGenerator<Buffer>, encoding: TextEncoding): AsyncGenerator<string> {
  let line = 1;
  const decoder = encoding === 'latin1' ? undefined : new TextDecoder(encoding, { fatal: true });
  for await (const chunk of chunks) {
    const text = decoder === undefined ? chunk.toString('latin1') : decode(decoder, chunk, encoding, line);
    line += text.split('\n').length - 1;
    yield text;
  }
  if (decoder !== undefined) yield decode(decoder, undefined, encoding, line);
}

function decode(decoder: TextDecoder, chunk: Buffer | undefined, encoding: TextEncoding, line: number): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new LineFault(
      line,
      `from this line on the text is not ${encoding}${chunk === undefined ? ', or its last character is cut off' : ''}`,
      'Declare the encoding that it was written in.',
    );
  }
}

/** No text has a NUL; what has one is a file of another kind, or cut by a crash. */
async function* withoutNul(chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  let line = 1;
  for await (const text of chunks) {
    const at = text.indexOf('\0');
    if (at >= 0) throw nulFault(line + countLines(text.slice(0, at)));
    if (text !== '') yield text;
    line += countLines(text);
  }
}

function nulFault(line: number): LineFault {
  return new LineFault(line, 'there is a NUL character, which no text has', 'Look whether it is a text file, and whole.');
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
  return lines;
}
