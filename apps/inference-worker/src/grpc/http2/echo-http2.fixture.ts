import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ByteBudget } from '../../http/byte-budget.ts';
import { encodeHeaders } from './encode-headers.ts';
import { headerField, type HeaderField } from './hpack-tables.ts';
import { Http2Connection } from './http2-connection.ts';
import { FLAG, FRAME, frameOf, words } from './http2-constants.ts';
import type { Http2Stream, StreamReceiver } from './http2-stream.ts';
import { StreamRoom } from './stream-room.ts';

interface EchoEvents {
  readonly onAborted: (stream: number) => void;
  readonly onFlooded: () => void;
}

/** Answers with what it was sent; `/hold` is not answered, `/flood` with as much as is taken at once. */
class Echo implements StreamReceiver {
  private readonly stream: Http2Stream;
  private readonly path: string;
  private readonly events: EchoEvents;
  /** To wait, or that it has sent enough. */
  private isTold = false;

  constructor(stream: Http2Stream, headers: readonly HeaderField[], events: EchoEvents) {
    this.stream = stream;
    this.events = events;
    this.path = headers.find(({ name }) => name === ':path')?.value ?? '';
    const fields = headers.filter(({ name }) => name.startsWith('x-')).map(({ name, value }) => [name, value] as const);
    if (this.path !== '/hold') stream.respond(encodeHeaders([[':status', '200'], ...fields]));
    if (this.path === '/flood') void this.flood();
  }

  drained(): void {
    if (this.isTold) this.stream.end(encodeHeaders([['x-done', 'yes']]));
  }

  /** A piece in each turn of the event loop, until it is told to wait, or has sent 100 MB. */
  private async flood(): Promise<void> {
    for (let sent = 0; sent < 10_000 && this.stream.write(Buffer.alloc(10_000)); sent++) await new Promise((resolve) => setImmediate(resolve));
    this.isTold = true;
    this.events.onFlooded();
  }

  data(chunk: Buffer, isLast: boolean): void {
    if (this.path === '/hold' || this.path === '/flood') return;
    this.stream.consumed(chunk.length);
    this.stream.write(chunk);
    if (isLast) this.stream.end(encodeHeaders([['x-done', 'yes']]));
  }

  aborted(): void {
    this.events.onAborted(this.stream.id);
  }
}

/** A server whose connections answer with what they are sent. */
export class EchoServer {
  readonly connections: Http2Connection[] = [];
  /** Streams whose clients have gone, in the order in which they went. */
  readonly aborted: number[] = [];
  readonly server: Server;
  private onEnded: () => void = () => undefined;
  private onFlooded: () => void = () => undefined;

  private constructor() {
    const events: EchoEvents = { onAborted: (stream) => void this.aborted.push(stream), onFlooded: () => this.onFlooded() };
    const room = new StreamRoom(12);
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      this.connections.push(
        new Http2Connection(socket, {
          maximumStreams: 10,
          room,
          maximumHeaderBytes: 32_768,
          streamWindow: 100_000,
          connectionWindow: 200_000,
          heldBytes: 1_000_000,
          stalledMilliseconds: 20_000,
          idleMilliseconds: 60_000,
          receiving: new ByteBudget(1_000_000),
          open: (stream, headers) => new Echo(stream, headers, events),
          openOverlong: (stream) => new Echo(stream, [headerField(':path', '/overlong')], events),
          onClosed: () => this.onEnded(),
        }),
      );
    });
  }

  static async start(): Promise<EchoServer> {
    const echo = new EchoServer();
    echo.server.listen(0, '127.0.0.1');
    await once(echo.server, 'listening');
    return echo;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves when a connection has ended. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.onEnded = resolve;
    });
  }

  /** Resolves when `/flood` was told to wait, or has sent all. */
  flooded(): Promise<void> {
    return new Promise((resolve) => {
      this.onFlooded = resolve;
    });
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** What a client begins with. */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Settings that say nothing. */
export const SETTINGS = frameOf(FRAME.settings, 0, 0);
/** Names and values. */
export type Fields = readonly (readonly [name: string, value: string])[];
/** The header block of a request. */
export const blockOf = (path: string, more: Fields = []): Buffer => encodeHeaders([[':method', 'POST'], [':scheme', 'http'], [':path', path], ...more]);
const HEAD = blockOf('/');
/** A request that is not answered. */
export const hold = (stream: number): Buffer => frameOf(FRAME.headers, FLAG.endHeaders, stream, blockOf('/hold'));
/** A request that is answered with what it sends. */
export const open = (stream: number, end = false): Buffer => frameOf(FRAME.headers, FLAG.endHeaders | (end ? FLAG.endStream : 0), stream, HEAD);

/** A frame again and again. */
export const many = (frame: Buffer, count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => frame));
/** One setting. */
export const setting = (name: number, value: number): Buffer => frameOf(FRAME.settings, 0, 0, Buffer.concat([Buffer.from([name >> 8, name]), words(value)]));

/** A client that says what it is told to and does not close its side. */
export function talk(port: number, ...frames: readonly Buffer[]): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write(Buffer.concat([PREFACE, SETTINGS, ...frames]));
  return socket;
}

/** Resolves when the frames of a type that came are so many. */
export function untilCame(socket: Socket, type: number, count = 1): Promise<void> {
  let all = Buffer.alloc(0);
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      all = Buffer.concat([all, chunk]);
      let found = 0;
      for (let at = 0; at + 9 <= all.length; at += 9 + all.readUIntBE(at, 3)) if (all[at + 3] === type) found++;
      if (found >= count) resolve();
    });
  });
}
