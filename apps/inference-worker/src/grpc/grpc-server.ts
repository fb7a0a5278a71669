import { Server, ServerCredentials, type ConnectionInjector } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { ByteBudget, RECEIVED_BODIES } from '../http/byte-budget.ts';
import { DEFAULT_HTTP_LIMITS } from '../http/http-limits.ts';
import { CallBridge, type BridgeRoom } from './call-bridge.ts';
import { inferHeadersOf } from './call-headers.ts';
import { healthService } from './health-service.ts';
import { Http2Connection, type Http2ConnectionOptions } from './http2/http2-connection.ts';
import { InferAnswerEncoder } from './infer-answer.ts';
import { InferReceiver, type InferReceiverOptions } from './infer-receiver.ts';
import { InferenceService, type InferenceServiceOptions } from './inference-service.ts';
import { loadServices } from './service-definition.ts';

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
  /** At a time; further ones are closed at once. */
  readonly maximumConnections?: number | undefined;
}

const LIMITS: Omit<Http2ConnectionOptions, 'open' | 'onClosed'> = {
  maximumStreams: 1024,
  maximumHeaderBytes: 32_768,
  streamWindow: 1_048_576,
  connectionWindow: 8_388_608,
  heldBytes: 16_777_216,
  stalledMilliseconds: 20_000,
};
const SWEEP_MILLISECONDS = 5000;

/**
 * The Open Inference Protocol over gRPC, with `grpc.health.v1` and reflection, on one port. `ModelInfer` in its usual form is answered here, by
 * frames written by hand, because that costs a tenth of what grpc-js takes for it; every other call is handed on to grpc-js in this process.
 */
export class GrpcServer {
  readonly host: string;
  readonly port: number;
  private readonly listener: NetServer;
  private readonly inner: Server;
  private readonly injector: ConnectionInjector;
  private readonly infer: InferReceiverOptions;
  private readonly room: BridgeRoom;
  private readonly connections = new Set<Http2Connection>();
  private readonly sweeper: NodeJS.Timeout;
  private onIdle: (() => void) | undefined;

  private constructor(listener: NetServer, inner: Server, infer: InferReceiverOptions) {
    const { address, port } = listener.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.listener = listener;
    this.inner = inner;
    this.injector = inner.createConnectionInjector(ServerCredentials.createInsecure());
    this.infer = infer;
    this.room = { receiving: infer.receiving, packedCalls: 0 };
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MILLISECONDS).unref();
  }

  /** As clients take it: host and port. */
  get url(): string {
    return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }

  static async listen(context: InferenceServiceOptions['context'], options: GrpcServerOptions): Promise<GrpcServer> {
    const { host, port, tls, maximumMessageBytes, maximumConnections = DEFAULT_HTTP_LIMITS.connections, onFault } = options;
    const receiving = options.receiving ?? new ByteBudget(RECEIVED_BODIES * maximumMessageBytes);
    const encoder = new InferAnswerEncoder();
    const inner = innerServer({ ...options, context }, maximumMessageBytes);
    const listener = tls === undefined ? createServer() : createTlsServer({ ...tls, ALPNProtocols: ['h2'], handshakeTimeout: LIMITS.stalledMilliseconds });
    listener.maxConnections = maximumConnections;
    listener.listen(port, host);
    await once(listener, 'listening');
    const server = new GrpcServer(listener, inner, { context, onFault, encoder, maximumMessageBytes, receiving });
    listener.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => server.admit(socket));
    listener.on('tlsClientError', () => undefined);
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
    this.injector.destroy();
    this.inner.forceShutdown();
  }

  private admit(socket: Socket): void {
    const bridge = new CallBridge((connection) => this.injector.injectConnection(connection), this.room);
    const connection = new Http2Connection(socket, {
      ...LIMITS,
      open: (stream, fields) => {
        const headers = inferHeadersOf(fields);
        return headers === undefined ? bridge.open(stream, fields) : new InferReceiver(this.infer, { connection, stream, headers });
      },
      onClosed: () => {
        bridge.close();
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

function innerServer(options: InferenceServiceOptions, maximumMessageBytes: number): Server {
  const services = loadServices();
  const server = new Server({
    'grpc.max_receive_message_length': maximumMessageBytes,
    'grpc.max_send_message_length': -1,
    'grpc.enable_channelz': 0,
  });
  server.addService(services.inference, new InferenceService(options).implementation());
  server.addService(services.health, healthService(options.context.isReady));
  new ReflectionService(services.all).addToServer(server);
  return server;
}
