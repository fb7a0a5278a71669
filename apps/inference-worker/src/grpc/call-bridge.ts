import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { duplexPair, type Duplex } from 'node:stream';
import { encodeHeaders } from './http2/encode-headers.ts';
import type { HeaderField } from './http2/hpack-tables.ts';
import { REASON } from './http2/http2-constants.ts';
import type { Http2Stream, StreamReceiver } from './http2/http2-stream.ts';

/** Hands streams of one connection on to another HTTP/2 server in this process, whole and in both directions. */
export class CallBridge {
  private readonly accept: (connection: Duplex) => void;
  private session: ClientHttp2Session | undefined;

  /** `accept` gives the other server a connection. */
  constructor(accept: (connection: Duplex) => void) {
    this.accept = accept;
  }

  open(stream: Http2Stream, headers: readonly HeaderField[]): StreamReceiver {
    try {
      return new BridgedStream(stream, this.connected().request(outgoing(headers), { endStream: false }));
    } catch {
      stream.reset(REASON.protocol);
      return { data: () => undefined, aborted: () => undefined };
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
  private trailers: IncomingHttpHeaders | undefined;

  constructor(stream: Http2Stream, upstream: ClientHttp2Stream) {
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
      // What has ended well may still wait for the client's windows.
      if (!upstream.readableEnded) stream.reset(REASON.cancel);
    });
  }

  data(chunk: Buffer, isLast: boolean): void {
    if (chunk.length > 0) this.upstream.write(chunk, () => this.stream.consumed(chunk.length));
    if (isLast) this.upstream.end();
  }

  aborted(): void {
    this.upstream.close(constants.NGHTTP2_CANCEL);
  }

  drained(): void {
    this.upstream.resume();
  }
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
