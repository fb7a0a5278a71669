import { MillraceError } from '@millrace/contracts';
import { BodyBuffer } from '../http/body-buffer.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import { CallRefusal } from './call-error.ts';
import { GRPC_STATUS } from './grpc-status.ts';

/** What the messages of one call are bounded by. */
export interface MessageLimits {
  readonly maximumMessageBytes: number;
  /** From which messages take their bytes until somebody reads them. */
  readonly receiving: ByteBudget;
}

/** One message as it was sent. */
export interface ArrivedMessage {
  readonly isPacked: boolean;
  readonly bytes: Buffer;
}

/** Before each message: whether it is compressed, and its length. */
export const PREFIX_BYTES = 5;
/** What a message may take to arrive, and the first one of a call to begin. */
export const ARRIVAL_MILLISECONDS = 60_000;
/** What a message that waits costs beside its bytes. */
const WAITING_BYTES = 256;

/** The messages of one call, cut out of what comes in pieces of any size, for one reader. All that has come takes its bytes from a budget until it is read. */
export class CallMessages {
  readonly #limits: MessageLimits;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixed = 0;
  #body: BodyBuffer | undefined;
  #left = 0;
  readonly #waiting: ArrivedMessage[] = [];
  #held = 0;
  #ended = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /** Whether part of a message waits for the rest. */
  get isPartial(): boolean {
    return this.#prefixed > 0;
  }

  /** Whether a whole message waits for its reader. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes bytes as they come. Throws a `CallRefusal` for a message that is too large, and where the budget does not hold it. */
  append(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) at = this.#prefixed < PREFIX_BYTES ? this.#readPrefix(chunk, at) : this.#readBody(chunk, at);
    this.#wake?.();
  }

  /** Nothing follows. Throws a `BAD_INPUT` where a message is cut off. */
  end(): void {
    if (this.isPartial) throw new MillraceError('BAD_INPUT', 'the call ends within a message; expected as many bytes as its prefix says');
    this.#ended = true;
    this.#wake?.();
  }

  /** Nobody waits for an answer any more: the reader is told by this error. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#body?.release();
    this.#body = undefined;
    this.#give(this.#held);
    this.#waiting.length = 0;
    this.#wake?.();
  }

  /** The next message; undefined at the end. */
  async next(): Promise<ArrivedMessage | undefined> {
    while (this.#waiting.length === 0 && !this.#ended && this.#failure === undefined)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#wake = undefined;
    if (this.#failure !== undefined) throw this.#failure;
    const message = this.#waiting.shift();
    if (message !== undefined) this.#give(message.bytes.length + WAITING_BYTES);
    return message;
  }

  #readPrefix(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + PREFIX_BYTES - this.#prefixed);
    chunk.copy(this.#prefix, this.#prefixed, at, end);
    this.#prefixed += end - at;
    if (this.#prefixed === PREFIX_BYTES) this.#begin(this.#prefix.readUInt32BE(1), chunk.length - end);
    return end;
  }

  #begin(length: number, following: number): void {
    const { maximumMessageBytes, receiving } = this.#limits;
    const flag = this.#prefix[0] ?? 0;
    if (flag > 1) throw new MillraceError('BAD_INPUT', `the prefix of a message begins with 0, or with 1 for a compressed one, given ${flag}`);
    if (length > maximumMessageBytes) throw tooLarge(maximumMessageBytes);
    this.#left = length;
    if (length === 0) return this.#complete(Buffer.alloc(0));
    this.#body = new BodyBuffer(length, receiving, Math.min(length, Math.max(following, 1)));
  }

  #readBody(chunk: Buffer, at: number): number {
    const body = this.#body;
    const end = Math.min(chunk.length, at + this.#left);
    if (body === undefined || !body.append(chunk, at, end)) throw noRoom();
    this.#left -= end - at;
    if (this.#left === 0) {
      this.#body = undefined;
      body.release();
      this.#complete(body.bytes());
    }
    return end;
  }

  #complete(bytes: Buffer): void {
    const cost = bytes.length + WAITING_BYTES;
    if (!this.#limits.receiving.take(cost)) throw noRoom();
    this.#held += cost;
    this.#waiting.push({ isPacked: this.#prefix[0] === 1, bytes });
    this.#prefixed = 0;
  }

  #give(bytes: number): void {
    this.#limits.receiving.give(bytes);
    this.#held -= bytes;
  }
}

/** The end of a call whose message is beyond the limit. */
export function tooLarge(maximumMessageBytes: number): CallRefusal {
  return new CallRefusal(GRPC_STATUS.resourceExhausted, `the message has more than ${maximumMessageBytes} bytes`);
}

/** The end of a call for whose messages there is no room now. */
export function noRoom(): CallRefusal {
  return new CallRefusal(GRPC_STATUS.unavailable, 'expected fewer messages to arrive at a time, given more than this node has room for; try again');
}

/** The end of a call whose message takes too long to arrive. */
export function tooSlow(): CallRefusal {
  return new CallRefusal(GRPC_STATUS.deadlineExceeded, `expected the message within ${ARRIVAL_MILLISECONDS} ms, given a part of it`);
}
