import { GrpcServer } from './grpc/grpc-server.ts';
import { ByteBudget, RECEIVED_BODIES } from './http/byte-budget.ts';
import { withCors } from './http/cors.ts';
import { HttpServer } from './http/http-server.ts';
import type { HttpStatistics } from './http/http-statistics.ts';
import type { NodeSettings } from './node-settings.ts';
import type { ModelRepository } from './protocol/model-repository.ts';
import { RestProtocol } from './protocol/rest-protocol.ts';
import type { ServingContext } from './serving/serving-context.ts';

/** Where a node answers. */
export interface ServingPorts {
  readonly url: string;
  /** Undefined where no gRPC is spoken. */
  readonly grpcPort: number | undefined;
  httpStatistics(): HttpStatistics;
  /** Takes nothing new and answers what was taken. */
  close(): Promise<void>;
}

/** What a node is told about its ports. */
export type PortSettings = Pick<
  NodeSettings,
  'host' | 'port' | 'grpcPort' | 'tls' | 'maximumBodyBytes' | 'httpLimits' | 'corsOrigins' | 'maximumReceivingBytes'
>;

interface PortOptions {
  /** Where callers may load and unload versions. */
  readonly repository: ModelRepository | undefined;
  readonly graceMilliseconds: number;
  readonly onFault: (error: unknown) => void;
}

/** Opens REST, and gRPC where it is asked for, on one context. */
export async function openPorts(settings: PortSettings, context: ServingContext, options: PortOptions): Promise<ServingPorts> {
  const { host, port, grpcPort, tls, maximumBodyBytes, httpLimits: limits, corsOrigins = [] } = settings;
  const { repository, graceMilliseconds, onFault } = options;
  const receiving = new ByteBudget(settings.maximumReceivingBytes ?? RECEIVED_BODIES * maximumBodyBytes);
  const rest = new RestProtocol({ context, onFault, repository, maximumBodyBytes });
  const handler = withCors(corsOrigins, (request) => rest.answer(request));
  const http = await HttpServer.listen({ host, port, tls, limits, maximumBodyBytes, receiving, graceMilliseconds, handler, onFault });
  const grpc =
    grpcPort === undefined
      ? undefined
      : await GrpcServer.listen(context, {
          host,
          port: grpcPort,
          tls,
          maximumMessageBytes: maximumBodyBytes,
          maximumConnections: limits?.connections,
          receiving,
          repository,
          onFault,
        });
  return {
    url: http.url,
    grpcPort: grpc?.port,
    httpStatistics: () => http.statistics(),
    close: async () => {
      await Promise.all([http.close(), grpc?.close(graceMilliseconds)]);
    },
  };
}
