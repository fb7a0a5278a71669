import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { duplexPair, type Duplex } from 'node:stream';
import type { ByteBudget } from '../http/byte-budget.ts';
import { ArrivingMessages } from './arriving-messages.ts';
import { encodeHeaders } from './http2/encode-headers.ts';
import type { HeaderField } from './http2/hpack-tables.ts';
import { REASON, type Reason } from './http2/http2-constants.ts';
import type { Http2Stream, StreamReceiver } from './http2/http2-stream.ts';

/** What the bridges of all connections share. */
export interface BridgeRoom {
  /** From which messages take their bytes while they arrive. */
  readonly receiving: ByteBudget;
  /** Calls under way whose messages are compressed: what is small on the wire may be large in memory. */
  packedCalls: number;
}

/** Further calls are refused in a way that tells clients to try again. */
const MOST_PACKED_CALLS = 32;
/** What part of a message may wait for the rest. */
const ARRIVAL_MILLISECONDS = 60_000;

/** Hands streams of one connection on to another HTTP/2 server in this process, whole and in both directions. */
export class CallBridge {
  private readonly accept: (connection: Duplex) => void;
  private readonly room: BridgeRoom;
  private session: ClientHttp2Session | undefined;

  /** `accept` gives the other server a connection. */
  constructor(accept: (connection: Duplex) => void, room: BridgeRoom) {
    this.accept = accept;
    this.room = room;
  }

  open(stream: Http2Stream, headers: readonly HeaderField[]): StreamReceiver {
    const { room } = this;
    const isPacked = headers.some(({ name, value }) => name === 'grpc-encoding' && value !== 'identity');
    if (isPacked && room.packedCalls >= MOST_PACKED_CALLS) return refused(stream, REASON.refusedStream);
    try {
      return new BridgedStream(stream, this.connected().request(outgoing(headers), { endStream: false }), { room, isPacked });
    } catch {
      return refused(stream, REASON.protocol);
    }
  }

  close(): void {
    this.session?.destroy();
  }

  private connected(): ClientHttp2Session {
    if (this.session !== undefined && !this.session.closed && !this.session.destroyed) return this.session;
    const [near, far] = duplexPair();
    this.accept(far);
    this.session = connect('http://bridge', { createConnection: () => near });
    this.session.on('error', () => undefined);
    return this.session;
  }
}

class BridgedStream implements StreamReceiver {
  private readonly stream: Http2Stream;
  private readonly upstream: ClientHttp2Stream;
  private readonly messages: ArrivingMessages;
  private partialSince: number | undefined;
  private trailers: IncomingHttpHeaders | undefined;

  constructor(stream: Http2Stream, upstream: ClientHttp2Stream, { room, isPacked }: { readonly room: BridgeRoom; readonly isPacked: boolean }) {
    this.messages = new ArrivingMessages(room.receiving);
    if (isPacked) room.packedCalls++;
    this.stream = stream;
    this.upstream = upstream;
    // Read from then on only: Node may hand out data before it has told of the headers.
    upstream.on('response', (headers, flags) => {
      stream.respond(blockOf(headers), (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0);
      upstream.on('data', (chunk: Buffer) => {
        if (!stream.write(chunk)) upstream.pause();
      });
    });
    upstream.on('trailers', (trailers) => (this.trailers = trailers));
    upstream.on('end', () => stream.end(blockOf(this.trailers ?? {})));
    upstream.on('error', () => stream.reset(REASON.internal));
    upstream.on('close', () => {
      this.messages.release();
      if (isPacked) room.packedCalls--;
      // What has ended well may still wait for the client's windows.
      if (!upstream.readableEnded) stream.reset(REASON.cancel);
    });
  }

  data(chunk: Buffer, isLast: boolean): void {
    if (!this.messages.append(chunk)) return this.giveUp();
    this.partialSince = this.messages.isPartial ? (this.partialSince ?? Date.now()) : undefined;
    if (chunk.length > 0) this.upstream.write(chunk, () => this.stream.consumed(chunk.length));
    if (isLast) this.upstream.end();
  }

  aborted(): void {
    this.upstream.close(constants.NGHTTP2_CANCEL);
  }

  drained(): void {
    this.upstream.resume();
  }

  expire(now: number): void {
    if (this.partialSince !== undefined && now - this.partialSince > ARRIVAL_MILLISECONDS) this.giveUp();
  }

  private giveUp(): void {
    this.stream.reset(REASON.enhanceYourCalm);
    this.aborted();
  }
}

function refused(stream: Http2Stream, reason: Reason): StreamReceiver {
  stream.reset(reason);
  return { data: () => undefined, aborted: () => undefined };
}

function outgoing(fields: readonly HeaderField[]): OutgoingHttpHeaders {
  // Without a prototype: callers may name a field as objects name members.
  const headers = Object.create(null) as Record<string, string | string[]>;
  for (const { name, value } of fields) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return headers;
}

function blockOf(headers: IncomingHttpHeaders): Buffer {
  return encodeHeaders(
    Object.entries(headers).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((single) => [name, String(single)] as const)),
  );
}
