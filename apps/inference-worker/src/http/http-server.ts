import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { createServer as createNetServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { AnswerText } from './answer-text.ts';
import { ByteBudget, RECEIVED_BODIES } from './byte-budget.ts';
import { Connection, type ConnectionContext } from './connection.ts';
import { ConnectionClock } from './connection-clock.ts';
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import type { HttpHandler } from './http-message.ts';
import { HttpCounters, type HttpStatistics } from './http-statistics.ts';

/** Where and how the server listens. Port 0 takes a free one. */
export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** Certificate chain and key in PEM; without them, plain HTTP. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  readonly maximumBodyBytes: number;
  /** From which bodies take their bytes while they arrive; nothing: eight of the largest. */
  readonly receiving?: ByteBudget | undefined;
  /** What differs from the defaults. */
  readonly limits?: Partial<HttpLimits> | undefined;
  /** How long requests that are under way may take when the server closes. */
  readonly graceMilliseconds: number;
  readonly handler: HttpHandler;
  /** Told about what the handler threw. */
  readonly onFault: (error: unknown) => void;
}

/** Connections that wait to be accepted, as far as the system allows. */
const BACKLOG = 4096;
const BUSY = 'HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\nconnection: close\r\n';

/** HTTP/1.1 for one handler, on plain sockets or TLS. ADR 9 says why it is our own. */
export class HttpServer {
  readonly url: string;
  private readonly server: NetServer;
  private readonly context: ConnectionContext;
  private readonly sockets = new Set<Socket>();
  private readonly connections = new Set<Connection>();
  private readonly graceMilliseconds: number;
  private timer: NodeJS.Timeout | undefined;

  private constructor(server: NetServer, options: HttpServerOptions, context: ConnectionContext) {
    const { port } = server.address() as AddressInfo;
    this.url = `${options.tls === undefined ? 'http' : 'https'}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
    this.server = server;
    this.context = context;
    this.graceMilliseconds = options.graceMilliseconds;
    // Such as too many open files: connections that cannot be accepted now, and nothing that concerns the others.
    server.on('error', options.onFault);
    server.on('connection', (socket: Socket) => this.admit(socket, options.tls === undefined));
    // A handshake that takes too long is told here, and nobody else ends it.
    server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
    server.on('secureConnection', (socket: Socket) => this.serve(socket));
  }

  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
    const socketOptions = { allowHalfOpen: true, noDelay: true };
    const server =
      options.tls === undefined
        ? createNetServer(socketOptions)
        : createTlsServer({ ...socketOptions, ...options.tls, ALPNProtocols: ['http/1.1'], handshakeTimeout: limits.headMilliseconds });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: options.host, port: options.port, backlog: BACKLOG }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new HttpServer(server, options, {
      limits,
      requestLimits: {
        headBytes: limits.headBytes,
        targetBytes: limits.targetBytes,
        bodyBytes: options.maximumBodyBytes,
        receiving: options.receiving ?? new ByteBudget(RECEIVED_BODIES * options.maximumBodyBytes),
      },
      handler: options.handler,
      onFault: options.onFault,
      clock: new ConnectionClock(limits),
      counters: new HttpCounters(),
      text: new AnswerText(),
      state: { closing: false },
    });
  }

  statistics(): HttpStatistics {
    return this.context.counters.report(this.sockets.size);
  }

  /**
   * Takes no new connection and answers what was taken. The next answer of every connection says that it is the last; a connection that stays idle is closed
   * after a moment, in which a request that was on its way is still answered. What is not done after the grace is cut off.
   */
  async close(): Promise<void> {
    // Connections that the system has accepted already are taken over first: closing the listener would reset them.
    await new Promise((resolve) => setImmediate(resolve));
    this.context.state.closing = true;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const connection of this.connections) connection.close();
    const cutOff = setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, this.graceMilliseconds);
    await closed;
    clearTimeout(cutOff);
    // The listener is closed when its last socket is destroyed, which the socket itself tells a moment later.
    await Promise.all([...this.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  /** Counts a connection as soon as it exists, before any handshake. */
  private admit(socket: Socket, plain: boolean): void {
    const { counters, limits } = this.context;
    if (this.sockets.size >= limits.connections) {
      counters.refused++;
      return refuse(socket, plain ? limits.connections : undefined);
    }
    counters.accepted++;
    this.sockets.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
      if (this.sockets.size === 0) this.stopTicking();
    });
    this.startTicking();
    if (plain) this.serve(socket);
  }

  private serve(socket: Socket): void {
    const connection = new Connection(socket, this.context);
    this.connections.add(connection);
    socket.once('close', () => this.connections.delete(connection));
  }

  private startTicking(): void {
    const { clock } = this.context;
    this.timer ??= setInterval(() => {
      clock.now++;
      for (const connection of this.connections) connection.expire();
    }, clock.tickMilliseconds).unref();
  }

  private stopTicking(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

function refuse(socket: Socket, limit: number | undefined): void {
  socket.on('error', () => undefined);
  if (limit === undefined) return void socket.destroy();
  const body = JSON.stringify({ error: `expected at most ${limit} connections at a time, given one more; try again or use fewer connections` });
  socket.end(`${BUSY}content-length: ${body.length}\r\n\r\n${body}`, () => socket.destroySoon());
}
