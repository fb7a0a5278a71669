import type { Socket } from 'node:net';
import { DEFAULT_WINDOW, FLAG, FRAME, FRAME_BYTES, frameOf, Http2Violation, LARGEST_WINDOW, REASON, SETTING, words, type Reason } from './http2-constants.ts';
import type { Http2Stream } from './http2-stream.ts';
import { Outbox } from './outbox.ts';

/** What the settings of a server say. */
export interface ServerSettings {
  readonly maximumStreams: number;
  readonly streamWindow: number;
  readonly connectionWindow: number;
  readonly maximumHeaderListBytes: number;
}

const CONNECTION = 0;

/** What the server's side of one connection sends, as far as the client takes it. */
export class FrameSender {
  /** The largest frame that the client takes. */
  peerFrameBytes = FRAME_BYTES;
  /** Bytes of answers that wait for the windows of the client. */
  heldBytes = 0;
  private readonly socket: Socket;
  private readonly outbox: Outbox;
  /** Streams that wait for the window of the connection. */
  private readonly blocked = new Set<Http2Stream>();
  /** Streams that wait until the client has taken what was sent, however large its windows are. */
  private readonly slowed = new Set<Http2Stream>();
  private window = DEFAULT_WINDOW;
  private sentBytes = 0;
  private progressBytes = 0;
  private progressAt: number | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    this.outbox = new Outbox(socket);
  }

  /** The largest piece of a body that may be sent now, whatever the stream. */
  get sendable(): number {
    return Math.min(this.window, this.peerFrameBytes);
  }

  greet({ maximumStreams, streamWindow, maximumHeaderListBytes, connectionWindow }: ServerSettings): void {
    const settings = [
      [SETTING.maximumStreams, maximumStreams],
      [SETTING.initialWindow, streamWindow],
      [SETTING.maximumHeaders, maximumHeaderListBytes],
    ] as const;
    const payload = Buffer.alloc(settings.length * 6);
    for (const [index, [name, value]] of settings.entries()) {
      payload.writeUInt16BE(name, index * 6);
      payload.writeUInt32BE(value, index * 6 + 2);
    }
    this.send(frameOf(FRAME.settings, 0, CONNECTION, payload));
    this.windowUpdate(CONNECTION, connectionWindow - DEFAULT_WINDOW);
  }

  headers(stream: number, block: Buffer, end: boolean): void {
    const first = block.subarray(0, this.peerFrameBytes);
    const isWhole = first.length === block.length;
    this.send(frameOf(FRAME.headers, (end ? FLAG.endStream : 0) | (isWhole ? FLAG.endHeaders : 0), stream, first));
    for (let at = first.length; at < block.length; at += this.peerFrameBytes) {
      const part = block.subarray(at, at + this.peerFrameBytes);
      this.send(frameOf(FRAME.continuation, at + part.length === block.length ? FLAG.endHeaders : 0, stream, part));
    }
  }

  /** No more than `sendable`. */
  data(stream: number, bytes: Buffer): void {
    this.frames(frameOf(FRAME.data, 0, stream, bytes), bytes.length);
  }

  /** Frames that a stream has made itself, with `dataBytes` of a body in them: within `sendable`. */
  frames(frames: Buffer, dataBytes: number): void {
    this.window -= dataBytes;
    this.sentBytes += dataBytes;
    this.send(frames);
  }

  reset(stream: number, reason: Reason): void {
    this.send(frameOf(FRAME.resetStream, 0, stream, words(reason)));
  }

  windowUpdate(stream: number, bytes: number): void {
    this.send(frameOf(FRAME.windowUpdate, 0, stream, words(bytes)));
  }

  acknowledge(type: number, payload?: Buffer): void {
    this.send(frameOf(type, FLAG.acknowledge, CONNECTION, payload));
  }

  goAway(lastStream: number, reason: Reason, message = ''): void {
    this.send(frameOf(FRAME.goAway, 0, CONNECTION, Buffer.concat([words(lastStream, reason), Buffer.from(message)])));
  }

  flush(): void {
    this.outbox.flush();
  }

  /** The stream has more to send than the window of the connection allows. */
  block(stream: Http2Stream): void {
    this.blocked.add(stream);
  }

  /** Whether the client has not taken what was sent before; the stream is told when it has. */
  slows(stream: Http2Stream): boolean {
    if (stream.gone || !this.socket.writableNeedDrain) return false;
    this.slowed.add(stream);
    return true;
  }

  /** The client has taken what was sent. */
  drained(): void {
    for (const stream of this.slowed) {
      this.slowed.delete(stream);
      stream.receiver?.drained?.();
    }
  }

  forget(stream: Http2Stream): void {
    this.blocked.delete(stream);
    this.slowed.delete(stream);
  }

  /** The client takes that many bytes more. Throws an `Http2Violation` beyond the largest window. */
  grow(bytes: number): void {
    this.window += bytes;
    if (this.window > LARGEST_WINDOW) throw new Http2Violation(REASON.flowControl, 'a window is larger than it may be');
    for (const stream of this.blocked) {
      if (this.window <= 0) return;
      this.blocked.delete(stream);
      stream.pump();
    }
  }

  /** Whether something has waited for longer than `milliseconds` for a client that takes less than a frame of it in that time. */
  isStalled(now: number, milliseconds: number): boolean {
    if (this.heldBytes === 0 && !this.socket.writableNeedDrain) {
      this.progressAt = undefined;
      return false;
    }
    const progress = this.sentBytes - this.socket.writableLength;
    if (this.progressAt === undefined || progress - this.progressBytes >= FRAME_BYTES) {
      this.progressAt = now;
      this.progressBytes = progress;
    }
    return now - this.progressAt > milliseconds;
  }

  private send(bytes: Buffer): void {
    this.outbox.send(bytes);
  }
}
