import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { LineFault } from './line-fault.ts';

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/**
 * Decompresses every frame of a zstd file (RFC 8878, section 3.1). Node's decompressor ends with the first one and says nothing of the
 * others, which `zstd --rsyncable`, `pzstd` and concatenation write.
 */
export async function* zstdFrames(file: Readable): AsyncGenerator<Buffer> {
  // Node 22 has it from 22.15 on.
  if (typeof zlib.createZstdDecompress !== 'function')
    throw new LineFault(1, `the file is compressed by zstd, which Node ${process.version} does not read`, 'Use Node 24, or gzip.');
  const bytes = new ByteReader(file);
  while (await bytes.has(1)) {
    const magic = (await bytes.take(4)).readUInt32LE();
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      await bytes.take((await bytes.take(4)).readUInt32LE());
      continue;
    }
    if (magic !== MAGIC) throw new Error('there are bytes after its last frame that are none');
    const frame = Readable.from(frameOf(bytes));
    const decompress = zlib.createZstdDecompress();
    frame.on('error', (error) => decompress.destroy(error));
    yield* frame.pipe(decompress) as AsyncIterable<Buffer> as AsyncGenerator<Buffer>;
  }
}

/** The bytes of one frame, from its magic number to its checksum. */
async function* frameOf(bytes: ByteReader): AsyncGenerator<Buffer> {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(MAGIC);
  yield magic;
  const descriptor = await bytes.take(1);
  yield descriptor;
  const flags = descriptor[0] ?? 0;
  const isSingle = (flags & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const rest = (isSingle ? 0 : 1) + ([0, 1, 2, 4][flags & 3] ?? 0) + sizeBytes;
  if (rest > 0) yield await bytes.take(rest);
  for (let isLast = false; !isLast;) {
    const head = await bytes.take(3);
    yield head;
    const block = head.readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const length = ((block >> 1) & 3) === 1 ? 1 : block >> 3;
    if (length > 0) yield await bytes.take(length);
  }
  if ((flags & 4) !== 0) yield await bytes.take(4);
}

class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(file: Readable) {
    this.#chunks = (file as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async has(length: number): Promise<boolean> {
    while (this.#rest.length < length) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    }
    return true;
  }

  async take(length: number): Promise<Buffer> {
    if (!(await this.has(length))) throw new Error('unexpected end of file');
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}
