import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { healthService } from './health-service.ts';
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
}

/** The Open Inference Protocol over gRPC, with `grpc.health.v1` and reflection. */
export class GrpcServer {
  readonly host: string;
  readonly port: number;
  private readonly server: Server;

  private constructor(server: Server, host: string, port: number) {
    this.server = server;
    this.host = host;
    this.port = port;
  }

  /** As clients take it: host and port. */
  get url(): string {
    return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
  }

  static async listen(context: InferenceServiceOptions['context'], options: GrpcServerOptions): Promise<GrpcServer> {
    const { host, port, tls, maximumMessageBytes } = options;
    const services = loadServices();
    const server = new Server({
      'grpc.max_receive_message_length': maximumMessageBytes,
      'grpc.max_send_message_length': -1,
      'grpc.enable_channelz': 0,
    });
    server.addService(services.inference, new InferenceService({ ...options, context }).implementation());
    server.addService(services.health, healthService(context.isReady));
    new ReflectionService(services.all).addToServer(server);
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }]);
    const bound = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${host.includes(':') ? `[${host}]` : host}:${port}`, credentials, (error, taken) => (error === null ? resolve(taken) : reject(error)));
    });
    return new GrpcServer(server, host, bound);
  }

  /** Takes no new calls, answers those that are under way within the grace, and ends every connection. */
  async close(graceMilliseconds: number): Promise<void> {
    const force = setTimeout(() => this.server.forceShutdown(), graceMilliseconds);
    await new Promise<void>((resolve) => {
      this.server.tryShutdown(() => resolve());
    });
    clearTimeout(force);
  }
}
