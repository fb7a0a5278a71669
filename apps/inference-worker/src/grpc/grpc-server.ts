import { once } from 'node:events';
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { ByteBudget, RECEIVED_BODIES } from '../http/byte-budget.ts';
import { DEFAULT_HTTP_LIMITS } from '../http/http-limits.ts';
import { Decompressor } from '../protocol/decompressor.ts';
import { CallRouter } from './call-router.ts';
import { callMethods } from './call-methods.ts';
import { Http2Connection, type Http2ConnectionOptions } from './http2/http2-connection.ts';
import { StreamRoom } from './http2/stream-room.ts';
import { InferAnswerEncoder } from './infer-answer.ts';
import type { InferenceServiceOptions } from './inference-service.ts';

/** Where and how the server listens. Port 0 takes a free one. */
export interface GrpcServerOptions extends Omit<InferenceServiceOptions, 'context'> {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  /** Of one request. */
  readonly maximumMessageBytes: number;
  /** From which messages take their bytes while they arrive; nothing: eight of the largest. */
  readonly receiving?: ByteBudget | undefined;
  /** What a client may take for the handshake of TLS; nothing: 20 s. */
  readonly handshakeMilliseconds?: number | undefined;
  /** At a time; further ones are closed at once. */
  readonly maximumConnections?: number | undefined;
}

const LIMITS: Omit<Http2ConnectionOptions, 'room' | 'open' | 'openOverlong' | 'receiving' | 'onClosed'> = {
  maximumStreams: 1024,
  // Far beyond what is taken, so that headers which are too large end their stream and not the connection.
  maximumHeaderBytes: 262_144,
  streamWindow: 1_048_576,
  connectionWindow: 8_388_608,
  heldBytes: 16_777_216,
  stalledMilliseconds: 20_000,
  idleMilliseconds: 300_000,
};
/** Of all connections together: some 5 kB of memory each. */
const OPEN_STREAMS = 32_768;
const SWEEP_MILLISECONDS = 5000;
/** A client that has vanished says nothing, and may have left a call that waits for ever, such as a watch of health: its system is asked. */
const SOCKETS = { allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

/** The Open Inference Protocol over gRPC, with `grpc.health.v1` and reflection, on one port. ADR 14 says why all of it is our own. */
export class GrpcServer {
  readonly host: string;
  readonly port: number;
  private readonly listener: NetServer;
  private readonly router: CallRouter;
  private readonly receiving: ByteBudget;
  private readonly room = new StreamRoom(OPEN_STREAMS);
  private readonly connections = new Set<Http2Connection>();
  private readonly sweeper: NodeJS.Timeout;
  private onIdle: (() => void) | undefined;

  private constructor(listener: NetServer, router: CallRouter, receiving: ByteBudget) {
    const { address, port } = listener.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.listener = listener;
    this.router = router;
    this.receiving = receiving;
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MILLISECONDS).unref();
  }

  /** As clients take it: host and port. */
  get url(): string {
    return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }

  static async listen(context: InferenceServiceOptions['context'], options: GrpcServerOptions): Promise<GrpcServer> {
    const { host, port, tls, maximumMessageBytes, maximumConnections = DEFAULT_HTTP_LIMITS.connections, onFault } = options;
    const receiving = options.receiving ?? new ByteBudget(RECEIVED_BODIES * maximumMessageBytes);
    const router = new CallRouter({
      infer: { context, onFault, encoder: new InferAnswerEncoder(), maximumMessageBytes, receiving },
      calls: { maximumMessageBytes, receiving, decompressor: new Decompressor(maximumMessageBytes), onFault },
      methods: callMethods({ ...options, context }),
    });
    const { handshakeMilliseconds = LIMITS.stalledMilliseconds } = options;
    const listener =
      tls === undefined ? createServer(SOCKETS) : createTlsServer({ ...SOCKETS, ...tls, ALPNProtocols: ['h2'], handshakeTimeout: handshakeMilliseconds });
    listener.maxConnections = maximumConnections;
    listener.listen(port, host);
    await once(listener, 'listening');
    const server = new GrpcServer(listener, router, receiving);
    listener.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => server.admit(socket));
    // A handshake that takes too long is told here, and nobody else ends it.
    listener.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
    // Such as too many open files: connections that cannot be accepted now, and nothing that concerns the others.
    listener.on('error', onFault);
    return server;
  }

  /** Takes no new calls, answers those that are under way within the grace, and ends every connection. */
  async close(graceMilliseconds: number): Promise<void> {
    clearInterval(this.sweeper);
    this.listener.close();
    for (const connection of this.connections) connection.drain();
    const force = setTimeout(() => {
      for (const connection of this.connections) connection.destroy();
    }, graceMilliseconds);
    if (this.connections.size > 0)
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
      });
    clearTimeout(force);
  }

  private admit(socket: Socket): void {
    const connection = new Http2Connection(socket, {
      ...LIMITS,
      room: this.room,
      receiving: this.receiving,
      open: (stream, fields) => this.router.open(connection, stream, fields),
      openOverlong: (stream) => this.router.openOverlong(stream),
      onClosed: () => {
        this.connections.delete(connection);
        if (this.connections.size === 0) this.onIdle?.();
      },
    });
    this.connections.add(connection);
  }

  private sweep(): void {
    const now = Date.now();
    for (const connection of this.connections) connection.expire(now);
  }
}
