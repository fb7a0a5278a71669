import type { Socket } from 'node:net';

/** What is done with a body that goes out in pieces. */
export interface BodyPumpOptions {
  readonly pieces: Iterable<string>;
  /** Whether the pieces are chunks of HTTP/1.1; otherwise the end of the connection is the end of the body. */
  readonly chunked: boolean;
  /** Told after each piece, when the client may have to be waited for. */
  readonly onSent: () => void;
  /** Told once: whether the body is out, or the client has gone. A piece that cannot be made is a fault, and ends the connection. */
  readonly onDone: (outcome: { readonly isWhole: boolean; readonly fault?: unknown }) => void;
}

/** Sends a body while it is made, one piece in a turn of the event loop and none that the client does not take, so that everybody else is served meanwhile. */
export class BodyPump {
  readonly #socket: Socket;
  readonly #options: BodyPumpOptions;
  readonly #pieces: Iterator<string>;
  #isScheduled = false;
  #isDone = false;

  constructor(socket: Socket, options: BodyPumpOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#pieces = options.pieces[Symbol.iterator]();
    this.resume();
  }

  /** To be called when the client has taken what was sent, and when it has gone. */
  resume(): void {
    if (this.#isScheduled || this.#isDone) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#step();
    });
  }

  #step(): void {
    const { chunked } = this.#options;
    if (this.#socket.destroyed) return this.#end({ isWhole: false });
    if (this.#socket.writableNeedDrain) return;
    let next: IteratorResult<string>;
    try {
      next = this.#pieces.next();
    } catch (fault) {
      // Half an answer must not be taken for a whole one.
      this.#socket.destroy();
      return this.#end({ isWhole: false, fault });
    }
    if (next.done === true) {
      if (chunked) this.#socket.write('0\r\n\r\n', 'latin1');
      return this.#end({ isWhole: true });
    }
    if (next.value !== '') this.#write(Buffer.from(next.value), chunked);
    this.#options.onSent();
    this.resume();
  }

  #write(bytes: Buffer, chunked: boolean): void {
    if (!chunked) return void this.#socket.write(bytes);
    this.#socket.cork();
    this.#socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(bytes);
    this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
  }

  #end(outcome: { readonly isWhole: boolean; readonly fault?: unknown }): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#options.onDone(outcome);
  }
}
