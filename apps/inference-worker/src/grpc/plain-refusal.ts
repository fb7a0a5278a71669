import { statusFields, type CallError } from './call-error.ts';
import { ARRIVAL_MILLISECONDS } from './call-messages.ts';
import { encodeHeaders } from './http2/encode-headers.ts';
import { REASON } from './http2/http2-constants.ts';
import type { Http2Stream, StreamReceiver } from './http2/http2-stream.ts';

/** Answers a request that is no call of gRPC, when it is whole, in a way that browsers and `curl` show. What it holds is passed over. */
export class PlainRefusal implements StreamReceiver {
  readonly #stream: Http2Stream;
  readonly #error: CallError;
  readonly #httpStatus: number;
  readonly #since = Date.now();

  constructor(stream: Http2Stream, error: CallError, httpStatus: number) {
    this.#stream = stream;
    this.#error = error;
    this.#httpStatus = httpStatus;
  }

  data(chunk: Buffer, isLast: boolean): void {
    if (!isLast) return this.#stream.consumed(chunk.length);
    this.#stream.respond(
      encodeHeaders([
        [':status', String(this.#httpStatus)],
        ['content-type', 'application/json'],
      ]),
    );
    this.#stream.write(Buffer.from(JSON.stringify({ error: this.#error.details })));
    this.#stream.end(encodeHeaders(statusFields(this.#error)));
  }

  aborted(): void {
    // Nothing is held.
  }

  expire(now: number): void {
    if (now - this.#since > ARRIVAL_MILLISECONDS) this.#stream.reset(REASON.cancel);
  }
}
