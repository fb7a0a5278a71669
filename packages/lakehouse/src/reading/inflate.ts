import { stat } from 'node:fs/promises';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { LineFault } from './line-fault.ts';
import { zstdFrames } from './zstd-frames.ts';

/** Beginnings of compressed files that are not read, with the name that people know them by. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['425a68', 'bzip2'],
  ['fd377a585a00', 'xz'],
  ['504b0304', 'zip'],
  ['04224d18', 'lz4'],
  ['1f9d', 'compress'],
  ['377abcaf271c', '7-Zip'],
  ['ff060000734e6150', 'snappy'],
  ['789c', 'zlib'],
  ['78da', 'zlib'],
];

/**
 * The bytes of a file, decompressed where it is gzip, zstd (told by their first bytes) or brotli (which has none, and goes by the name
 * `.br`). A compressed file that is cut or damaged, or goes on after its end, is an error and not its beginning.
 */
export async function* inflated(path: string, head: Buffer, file: Readable): AsyncGenerator<Buffer> {
  const hex = head.toString('hex');
  const refused = REFUSED.find(([start]) => hex.startsWith(start));
  if (refused !== undefined)
    throw new LineFault(1, `the file is compressed by ${refused[1]}, which is not read`, 'Decompress it, or compress it by gzip or zstd.');
  const codec = codecOf(path, hex);
  if (codec === undefined) {
    yield* file as AsyncIterable<Buffer> as AsyncGenerator<Buffer>;
    return;
  }
  try {
    if (codec === 'zstd') yield* zstdFrames(file);
    else if (codec === 'gzip') yield* through(file, createGunzip());
    else yield* brotli(path, file);
  } catch (error) {
    // An error of the file system is none of the file.
    if (error instanceof LineFault || (error instanceof Error && 'syscall' in error)) throw error;
    throw new LineFault(1, `the file is cut off or damaged: ${codec} says "${error instanceof Error ? error.message : String(error)}"`, 'Copy it again.');
  }
}

/** How a file is compressed that DuckDB may read, too. */
export type PlainCompression = 'none' | 'gzip' | 'zstd';

/** How a file that begins so is compressed, where DuckDB reads that, too. */
export function plainCompressionOf(path: string, head: Buffer): PlainCompression | undefined {
  const codec = codecOf(path, head.toString('hex')) ?? 'none';
  return codec === 'brotli' ? undefined : codec;
}

function codecOf(path: string, hex: string): 'gzip' | 'zstd' | 'brotli' | undefined {
  if (hex.startsWith('1f8b')) return 'gzip';
  if (hex.startsWith('28b52ffd') || /^5[\da-f]2a4d18/.test(hex)) return 'zstd';
  if (/\.br$/i.test(path)) return 'brotli';
  const named = /\.(gz|zst)$/i.exec(path)?.[1];
  if (named !== undefined)
    throw new LineFault(1, `the file is named .${named} but does not begin as such a file does`, 'Give it the name of what it is, or copy it again.');
  return undefined;
}

/** Node's decompressor ends with the first stream and says nothing of what follows. */
async function* brotli(path: string, file: Readable): AsyncGenerator<Buffer> {
  const decompress = createBrotliDecompress();
  yield* through(file, decompress);
  const { size } = await stat(path);
  if (decompress.bytesWritten < size) throw new Error(`there are ${size - decompress.bytesWritten} bytes after its end`);
}

async function* through(file: Readable, decompress: Transform): AsyncGenerator<Buffer> {
  file.on('error', (error) => decompress.destroy(error));
  yield* file.pipe(decompress) as AsyncIterable<Buffer> as AsyncGenerator<Buffer>;
}
