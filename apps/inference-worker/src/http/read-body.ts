import type { IncomingMessage } from 'node:http';

/** A body beyond the limit of the server. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** The body of a request. Throws `BodyTooLarge` beyond `maximumBytes`, and stops reading then. */
export function readBody(request: IncomingMessage, maximumBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maximumBytes) {
        request.removeAllListeners('data');
        request.pause();
        reject(new BodyTooLarge(`the body is larger than ${maximumBytes} bytes; send fewer rows per request`));
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
