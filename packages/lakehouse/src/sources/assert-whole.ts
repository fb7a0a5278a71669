import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** Reads a gzip file to its end and throws where it is cut off or damaged: DuckDB takes a cut for the end and would load the beginning alone. */
export async function assertWhole(path: string): Promise<void> {
  if (!/\.gz$/i.test(path)) return;
  await pipeline(createReadStream(path), createGunzip(), new Writable({ write: (_chunk, _encoding, done) => done() }));
}
