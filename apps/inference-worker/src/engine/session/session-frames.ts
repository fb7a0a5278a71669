import type { SessionReply, SessionRequest } from './session-messages.ts';

/** What travels between the node and a session process. */
type Message = SessionRequest | SessionReply;

/** 32 bits for the length of the text, and a float for that of the bytes, which may be more than 32 bits can tell. */
const HEAD_BYTES = 12;
/** Up to this size one write is cheaper than two. */
const JOINED_BYTES = 64 * 1024;

/**
 * A message as it is written to a pipe, in parts: two lengths, a JSON text, and the bytes behind it. The values of tensors are the
 * bytes, so that nothing of them is escaped or parsed.
 */
export function encodeFrame(message: Message): readonly Uint8Array[] {
  const bytes = bytesOf(message);
  const text = Buffer.from(JSON.stringify(withBytes(message, undefined)));
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUInt32LE(text.length, 0);
  head.writeDoubleLE(bytes.length, 4);
  return text.length + bytes.length <= JOINED_BYTES ? [Buffer.concat([head, text, bytes])] : [head, text, bytes];
}

function bytesOf(message: Message): Uint8Array {
  if (message.kind === 'run' || message.kind === 'measure') return new Uint8Array(message.inputs.buffer);
  if (message.kind === 'ran') return new Uint8Array(message.outputs.buffer);
  return new Uint8Array(0);
}

/** Puts the pieces that come out of a pipe together to messages. */
export class FrameReader<Read extends Message> {
  #part: 'head' | 'text' | 'bytes' = 'head';
  #target = new Uint8Array(HEAD_BYTES);
  #filled = 0;
  #byteLength = 0;
  #message: unknown;

  /** The messages that end in this piece. */
  take(piece: Uint8Array): Read[] {
    const messages: Read[] = [];
    for (let at = 0; at < piece.length;) {
      const count = Math.min(this.#target.length - this.#filled, piece.length - at);
      this.#target.set(piece.subarray(at, at + count), this.#filled);
      at += count;
      this.#filled += count;
      while (this.#filled === this.#target.length) {
        const message = this.#next();
        if (message !== undefined) messages.push(message);
      }
    }
    return messages;
  }

  /** Goes on to the next part, which may be empty. */
  #next(): Read | undefined {
    const done = this.#target;
    const view = Buffer.from(done.buffer);
    if (this.#part === 'head') {
      this.#byteLength = view.readDoubleLE(4);
      this.#expect('text', view.readUInt32LE(0));
      return undefined;
    }
    if (this.#part === 'text') {
      this.#message = JSON.parse(view.toString());
      this.#expect('bytes', this.#byteLength);
      return undefined;
    }
    this.#expect('head', HEAD_BYTES);
    return withBytes(this.#message as Read, done.buffer);
  }

  #expect(part: 'head' | 'text' | 'bytes', length: number): void {
    this.#part = part;
    this.#target = new Uint8Array(length);
    this.#filled = 0;
  }
}

/** The message with other bytes; without any as its JSON text. */
function withBytes<Read extends Message>(message: Read, buffer: ArrayBuffer | undefined): Read {
  if (message.kind === 'run' || message.kind === 'measure') return { ...message, inputs: { ...message.inputs, buffer } };
  if (message.kind === 'ran') return { ...message, outputs: { ...message.outputs, buffer } };
  return message;
}
