import { setImmediate as nextTurn } from 'node:timers/promises';
import { MillraceError } from '@millrace/contracts';
import type { Decompressor } from '../protocol/decompressor.ts';
import { ARRIVAL_MILLISECONDS, CallMessages, PREFIX_BYTES, tooSlow, type MessageLimits } from './call-messages.ts';
import { callErrorOf, CallRefusal, errorBlock, statusFields, type CallError } from './call-error.ts';
import type { CallHeaders } from './call-headers.ts';
import type { CallMethod } from './call-method.ts';
import { GRPC_STATUS } from './grpc-status.ts';
import { encodeHeaders } from './http2/encode-headers.ts';
import type { Http2Stream, StreamReceiver } from './http2/http2-stream.ts';

/** What all calls of a server share. */
export interface CallOptions extends MessageLimits {
  readonly decompressor: Decompressor;
  /** Told about answers that are our fault. */
  readonly onFault: (error: unknown) => void;
}

/** What a timer of Node can wait at most. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

const HEADERS = encodeHeaders([
  [':status', '200'],
  ['content-type', 'application/grpc'],
  ['grpc-accept-encoding', 'identity,deflate,gzip'],
]);
const OK_TRAILERS = encodeHeaders([['grpc-status', '0']]);

/**
 * One call of any method on its stream: cuts messages out of what comes, hands them to the method one by one as it asks for them, and sends what it gives as far as
 * the client takes it. Whatever goes wrong ends this call with a status and nothing else.
 */
export class CallReceiver implements StreamReceiver {
  readonly #options: CallOptions;
  readonly #stream: Http2Stream;
  readonly #headers: CallHeaders;
  readonly #messages: CallMessages;
  readonly #gone = new AbortController();
  readonly #deadline: NodeJS.Timeout | undefined;
  #partialSince: number | undefined = Date.now();
  #unacknowledged = 0;
  #responded = false;
  #drained: (() => void) | undefined;

  constructor(options: CallOptions, { stream, headers, method }: { readonly stream: Http2Stream; readonly headers: CallHeaders; readonly method: CallMethod }) {
    this.#options = options;
    this.#stream = stream;
    this.#headers = headers;
    this.#messages = new CallMessages(options);
    if (headers.deadline !== Number.POSITIVE_INFINITY) this.#deadline = this.#startDeadline(headers.deadline);
    void this.#run(method);
  }

  data(chunk: Buffer, isLast: boolean): void {
    // The answer waits for the window of the client: what comes meanwhile has no reader, and nobody would give its bytes back.
    if (this.#isOver) return;
    try {
      this.#messages.append(chunk);
      if (isLast) this.#messages.end();
    } catch (thrown) {
      return this.#fail(thrown);
    }
    this.#partialSince = this.#messages.isPartial ? (this.#partialSince ?? Date.now()) : undefined;
    this.#unacknowledged += chunk.length;
    // What waits for the method is held by the window of the stream.
    if (!this.#messages.isWaiting) this.#acknowledge();
  }

  aborted(): void {
    this.#finish(new MillraceError('CANCELLED', 'the client went away before the call was answered'));
  }

  drained(): void {
    this.#drained?.();
  }

  expire(now: number): void {
    if (this.#partialSince === undefined || now - this.#partialSince <= ARRIVAL_MILLISECONDS) return;
    this.#fail(tooSlow());
  }

  /** Whether its end has been said, or nobody is there to hear it. */
  get #isOver(): boolean {
    return this.#stream.gone || this.#gone.signal.aborted;
  }

  async #run(method: CallMethod): Promise<void> {
    const { authorization, deadline } = this.#headers;
    try {
      for await (const message of method(this.#requests(), { authorization, deadline, client: this.#stream, signal: this.#gone.signal })) {
        if (this.#isOver) return;
        await this.#send(message);
      }
      if (this.#isOver) return;
      this.#respond();
      this.#stream.end(OK_TRAILERS);
    } catch (thrown) {
      this.#fail(thrown);
    } finally {
      this.#finish(new MillraceError('CANCELLED', 'the call has been answered'));
    }
  }

  /** In a turn of the event loop each: thousands may have come at once, and everybody else is answered in between. */
  async *#requests(): AsyncIterable<Buffer> {
    let isFirst = true;
    for (let message = await this.#messages.next(); message !== undefined; message = await this.#messages.next()) {
      if (!isFirst) await nextTurn();
      isFirst = false;
      if (!this.#messages.isWaiting) this.#acknowledge();
      yield message.isPacked ? await this.#unpack(message.bytes) : message.bytes;
    }
  }

  #unpack(body: Buffer): Promise<Buffer> {
    const { encoding } = this.#headers;
    if (encoding === undefined) throw new MillraceError('BAD_INPUT', 'the message says that it is compressed, but the call names no grpc-encoding');
    return this.#options.decompressor.decompress({ body, encoding, client: this.#stream });
  }

  async #send(message: Uint8Array): Promise<void> {
    this.#respond();
    const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
    frame[0] = 0;
    frame.writeUInt32BE(message.length, 1);
    frame.set(message, PREFIX_BYTES);
    if (this.#stream.write(frame) || this.#stream.gone) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    this.#drained = undefined;
  }

  #respond(): void {
    if (this.#responded) return;
    this.#responded = true;
    this.#stream.respond(HEADERS);
  }

  #fail(thrown: unknown): void {
    if (this.#isOver) return;
    const error: CallError = callErrorOf(thrown);
    if (error.code === GRPC_STATUS.internal) this.#options.onFault(thrown);
    if (this.#responded) this.#stream.end(encodeHeaders(statusFields(error)));
    else this.#stream.respond(errorBlock(error), true);
    this.#finish(thrown);
  }

  /** Whoever reads or waits is told, and nothing is held any more. */
  #finish(reason: unknown): void {
    clearTimeout(this.#deadline);
    this.#partialSince = undefined;
    this.#messages.fail(reason);
    this.#drained?.();
    this.#gone.abort();
  }

  #acknowledge(): void {
    if (this.#unacknowledged === 0) return;
    this.#stream.consumed(this.#unacknowledged);
    this.#unacknowledged = 0;
  }

  #startDeadline(deadline: number): NodeJS.Timeout {
    const milliseconds = Math.min(LONGEST_TIMER_MILLISECONDS, Math.max(0, deadline - Date.now()));
    return setTimeout(() => this.#fail(new CallRefusal(GRPC_STATUS.deadlineExceeded, 'the deadline of the call has passed')), milliseconds).unref();
  }
}
