import type { Http2Connection } from './http2-connection.ts';
import { REASON, type Reason } from './http2-constants.ts';

/** What takes a request and answers it. */
export interface StreamReceiver {
  /** Part of the body; the last part may be empty. The receiver says `consumed` for what it has dealt with. */
  data(chunk: Buffer, isLast: boolean): void;
  /** The client has gone, or the connection has. */
  aborted(): void;
  /** All that was written has been sent, or the client takes more again. */
  drained?(): void;
  /** Called every few seconds: whoever waits for the client too long gives up. `now` in milliseconds since the epoch. */
  expire?(now: number): void;
}

interface Pending {
  readonly bytes: Buffer;
  readonly isTrailers: boolean;
}

/** One request and its answer on a connection. */
export class Http2Stream {
  readonly id: number;
  receiver: StreamReceiver | undefined;
  /** Bytes that the client still takes on this stream. */
  sendWindow: number;
  /** Bytes that the client may still send on this stream. */
  receiveWindow: number;
  /** The client will send no more. */
  remoteEnded = false;
  /** The answer is complete, or nobody waits for it. */
  gone = false;
  /** Bytes of the body that are still to come; undefined where the headers do not say. */
  remaining: number | undefined;
  private readonly connection: Http2Connection;
  private readonly pending: Pending[] = [];
  private unacknowledged = 0;

  constructor(connection: Http2Connection, id: number, windows: { readonly send: number; readonly receive: number }) {
    this.connection = connection;
    this.id = id;
    this.sendWindow = windows.send;
    this.receiveWindow = windows.receive;
  }

  get isIdle(): boolean {
    return this.pending.length === 0;
  }

  /** Whether that many bytes of a body can be sent at once, in one frame. */
  takes(bytes: number): boolean {
    return this.isIdle && bytes <= this.sendWindow && bytes <= this.connection.sender.sendable;
  }

  /** Sends the headers of the answer; with `end` it is all of it. */
  respond(block: Buffer, end = false): void {
    if (this.gone) return;
    this.connection.sender.headers(this.id, block, end);
    if (end) this.finish();
  }

  /** Sends part of the body as far as the client takes it; the rest follows. False: more should wait for `drained`. */
  write(bytes: Buffer): boolean {
    if (this.gone) return false;
    this.pending.push({ bytes, isTrailers: false });
    this.connection.sender.heldBytes += bytes.length;
    this.pump();
    return this.isIdle && !this.connection.sender.slows(this);
  }

  /** Sends the trailers behind the body: the end of the answer. */
  end(block: Buffer): void {
    if (this.gone) return;
    this.pending.push({ bytes: block, isTrailers: true });
    this.pump();
  }

  reset(reason: Reason): void {
    if (this.gone) return;
    this.connection.sender.reset(this.id, reason);
    this.close(false);
  }

  /** The client does on this stream what it must not: the stream ends, and whoever works on it is told. */
  refuse(reason: Reason): void {
    if (this.gone) return;
    this.reset(reason);
    this.receiver?.aborted();
  }

  /** The receiver has dealt with that many bytes. */
  consumed(bytes: number): void {
    if (this.remoteEnded || this.gone) return;
    this.unacknowledged += bytes;
    if (this.unacknowledged < this.connection.windowStep) return;
    this.receiveWindow += this.unacknowledged;
    this.connection.sender.windowUpdate(this.id, this.unacknowledged);
    this.unacknowledged = 0;
  }

  /** Sends what the windows allow. */
  pump(): void {
    const { sender } = this.connection;
    let sent = false;
    for (let next = this.pending[0]; next !== undefined && !this.gone; next = this.pending[0]) {
      if (next.isTrailers) {
        sender.headers(this.id, next.bytes, true);
        this.pending.shift();
        return this.finish();
      }
      const size = Math.min(next.bytes.length, sender.sendable, this.sendWindow);
      if (size <= 0 && next.bytes.length > 0) {
        if (sender.sendable <= 0) sender.block(this);
        break;
      }
      this.sendWindow -= size;
      sender.heldBytes -= size;
      sender.data(this.id, next.bytes.subarray(0, size));
      if (size === next.bytes.length) this.pending.shift();
      else this.pending[0] = { bytes: next.bytes.subarray(size), isTrailers: false };
      sent = true;
    }
    if (sent && this.isIdle) this.receiver?.drained?.();
  }

  /** Nobody waits any more: whoever works on it is told. */
  abort(): void {
    if (this.gone) return;
    this.close(false);
    this.receiver?.aborted();
  }

  /** The answer is on its way. A client that still sends is told that it need not. */
  finish(): void {
    if (this.gone) return;
    if (!this.remoteEnded) this.connection.sender.reset(this.id, REASON.none);
    this.close(true);
  }

  private close(wasAnswered: boolean): void {
    this.gone = true;
    for (const { bytes, isTrailers } of this.pending.splice(0)) if (!isTrailers) this.connection.sender.heldBytes -= bytes.length;
    this.connection.forget(this, wasAnswered);
  }
}
