import type { Socket } from 'node:net';
import type { AnswerText } from './answer-text.ts';
import { isPiecewise, type HttpAnswer, type WholeBody } from './http-message.ts';

/** Bodies up to this size are copied behind their head into one buffer: cheaper than a gathered write of several. */
const COPIED_BYTES = 16 * 1024;

/** How an answer goes out. */
export interface AnswerFraming {
  /** Whether the request was HEAD, whose answer has a length and no body. */
  readonly headOnly: boolean;
  /** The value of the `connection` header, when one is needed. */
  readonly connection: 'close' | 'keep-alive' | undefined;
  /** Whether a body of unknown length goes out in chunks. */
  readonly chunked: boolean;
}

/** Hands a whole answer to the socket in one write; of one whose body is made while it goes out, the head. */
export function writeAnswer(socket: Socket, text: AnswerText, { answer, framing }: { readonly answer: HttpAnswer; readonly framing: AnswerFraming }): void {
  const { body } = answer;
  const connection = framing.connection === undefined ? '' : `connection: ${framing.connection}\r\n`;
  if (isPiecewise(body)) {
    const length = framing.chunked ? 'transfer-encoding: chunked\r\n' : '';
    socket.write(`${text.head(answer)}${length}${connection}${text.dateLine()}\r\n`, 'latin1');
    return;
  }
  const bodyless = answer.status === 204 || answer.status === 304;
  const bytes = byteLength(body);
  const head = `${text.head(answer)}${bodyless ? '' : `content-length: ${bytes}\r\n`}${connection}${text.dateLine()}\r\n`;
  if (framing.headOnly || bodyless || bytes === 0) socket.write(head, 'latin1');
  else if (typeof body === 'string' && bytes === body.length) socket.write(head + body, 'latin1');
  else if (bytes <= COPIED_BYTES) socket.write(joined(head, body, bytes));
  else writeParts(socket, head, body);
}

function byteLength(body: WholeBody): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.byteLength;
  let bytes = 0;
  for (const part of body) bytes += typeof part === 'string' ? Buffer.byteLength(part) : part.byteLength;
  return bytes;
}

function joined(head: string, body: WholeBody, bytes: number): Buffer {
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

function writeParts(socket: Socket, head: string, body: WholeBody): void {
  socket.cork();
  socket.write(head, 'latin1');
  for (const part of partsOf(body)) socket.write(part);
  socket.uncork();
}

function partsOf(body: WholeBody): readonly (string | Uint8Array)[] {
  return typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
}
