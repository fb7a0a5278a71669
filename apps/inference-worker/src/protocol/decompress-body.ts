import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { ProtocolError } from './protocol-error.ts';

const DECOMPRESSORS = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * A compressed body as it was before, off the main thread. Throws a 415 for an encoding that is not known, a 413 for a body that grows beyond
 * `maximumBytes`, and a 400 for one that is not what its encoding says.
 */
export async function decompressBody(body: Buffer, encoding: string, maximumBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  if (name !== 'gzip' && name !== 'deflate')
    throw new ProtocolError(415, `content-encoding "${encoding}" is not supported; send gzip, deflate, or the body as it is`, {
      'accept-encoding': 'gzip, deflate',
    });
  try {
    return await DECOMPRESSORS[name](body, { maxOutputLength: maximumBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new ProtocolError(413, `the body is larger than ${maximumBytes} bytes; send fewer rows per request`);
    throw new ProtocolError(400, `the body is not ${name}, as content-encoding says: ${error instanceof Error ? error.message : String(error)}`);
  }
}
