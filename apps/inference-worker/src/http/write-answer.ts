import type { Socket } from 'node:net';
import type { AnswerText } from './answer-text.ts';
import type { HttpAnswer } from './http-message.ts';

/** Bodies up to this size are copied behind their head into one buffer: cheaper than a gathered write of several. */
const COPIED_BYTES = 16 * 1024;

/** How an answer goes out. */
export interface AnswerFraming {
  /** Whether the request was HEAD, whose answer has a length and no body. */
  readonly headOnly: boolean;
  /** The value of the `connection` header, when one is needed. */
  readonly connection: 'close' | 'keep-alive' | undefined;
}

/** Hands a whole answer to the socket in one write. */
export function writeAnswer(socket: Socket, text: AnswerText, { answer, framing }: { readonly answer: HttpAnswer; readonly framing: AnswerFraming }): void {
  const { body } = answer;
  const connection = framing.connection === undefined ? '' : `connection: ${framing.connection}\r\n`;
  const bodyless = answer.status === 204 || answer.status === 304;
  const bytes = byteLength(body);
  const head = `${text.head(answer)}${bodyless ? '' : `content-length: ${bytes}\r\n`}${connection}${text.dateLine()}\r\n`;
  if (framing.headOnly || bodyless || bytes === 0) socket.write(head, 'latin1');
  else if (typeof body === 'string' && bytes === body.length) socket.write(head + body, 'latin1');
  else if (bytes <= COPIED_BYTES) socket.write(joined(head, body, bytes));
  else writeParts(socket, head, body);
}

function byteLength(body: HttpAnswer['body']): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.byteLength;
  let bytes = 0;
  for (const part of body) bytes += typeof part === 'string' ? Buffer.byteLength(part) : part.byteLength;
  return bytes;
}

function joined(head: string, body: HttpAnswer['body'], bytes: number): Buffer {
  const whole = Buffer.allocUnsafe(head.length + bytes);
  let at = whole.write(head, 0, 'latin1');
  for (const part of partsOf(body)) {
    if (typeof part === 'string') at += whole.write(part, at);
    else {
      whole.set(part, at);
      at += part.byteLength;
    }
  }
  return whole;
}

function writeParts(socket: Socket, head: string, body: HttpAnswer['body']): void {
  socket.cork();
  socket.write(head, 'latin1');
  for (const part of partsOf(body)) socket.write(part);
  socket.uncork();
}

function partsOf(body: HttpAnswer['body']): readonly (string | Uint8Array)[] {
  return typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
}
