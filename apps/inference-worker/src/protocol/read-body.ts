import type { IncomingMessage } from 'node:http';
import { ProtocolError } from './protocol-error.ts';

/** The body of a request as text. Throws 413 beyond `maximumBytes`, and stops reading then. */
export function readBody(request: IncomingMessage, maximumBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maximumBytes) {
        request.removeAllListeners('data');
        request.pause();
        reject(new ProtocolError(413, `the body is larger than ${maximumBytes} bytes; send fewer rows per request`, { connection: 'close' }));
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString('utf8')));
    request.on('error', () => reject(new ProtocolError(400, 'the connection closed before the body was complete')));
  });
}
