import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { ArtifactStore } from '@millrace/storage';
import fastify, { type FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { DataSource } from 'typeorm';
import { Doorkeeper } from '../admission/doorkeeper.ts';
import type { Lane } from '../admission/lane-of.ts';
import type { Lanes } from '../admission/lanes.ts';
import type { Authenticator } from '../authorisation/authenticator.ts';
import { sendError } from '../errors/http-error.ts';
import { DocumentTurns } from '../execution/document-turns.ts';
import { Operations } from '../execution/operations.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { QueryLimits } from '../schema/query-limits.ts';
import { registerArtifacts } from './artifact.routes.ts';
import { AnswerTurns } from './answer-turns.ts';
import { BodyTurns } from './body-turns.ts';
import type { ContextFactory } from './context-factory.ts';
import { registerGraphql } from './graphql.routes.ts';
import { registerHealth } from './health.routes.ts';
import type { Readiness } from './readiness.ts';
import { registerIde } from './ide.routes.ts';
import { registerMetrics } from './metrics.routes.ts';
import { Pace, type PaceLimits } from './pace.ts';
import { serveSubscriptions } from './subscriptions.ts';

export interface ServerParts {
  readonly schema: GraphQLSchema;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly readiness: Readiness;
  readonly callers: DataSource;
  readonly lanes: Lanes<Lane>;
  readonly pace: PaceLimits;
  readonly metrics: Metrics;
  readonly artifacts: ArtifactStore;
  readonly logger: Logger;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits: QueryLimits;
  readonly maximumBodyBytes: number;
  readonly maximumArtifactBytes: number;
  readonly ideFolder: string;
}

/** Headers that take longer to arrive are cut off, and so are connections on which nothing comes. Bodies have their pace. */
const HEADER_SECONDS = 5;
const KEEP_ALIVE_SECONDS = 60;
const MAXIMUM_CONNECTIONS = 5000;
/** From so many on those that are between two requests make room for whoever has one. */
const CROWDED_CONNECTIONS = 4000;

/** How long running requests may take to finish when the server closes. */
const GRACE_SECONDS = 4;

export interface RunningServer {
  readonly url: string;
  /** Lets running requests finish, ends subscriptions, closes the port. */
  close(): Promise<void>;
}

/** Everything that the control plane answers, on one port. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { schema, contexts, limits, logger, authenticator, metrics } = parts;
  let stopping = false;
  const pace = new Pace(parts.pace, () => metrics.count('millrace_slow_peers_cut_total'));
  const shared = { contexts, authenticator, logger, metrics, pace, lanes: parts.lanes, doorkeeper: new Doorkeeper({ authenticator }) };
  const server = fastify({
    bodyLimit: parts.maximumBodyBytes,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    keepAliveTimeout: KEEP_ALIVE_SECONDS * 1000,
    http: { headersTimeout: HEADER_SECONDS * 1000, connectionsCheckingInterval: 1000 },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, _request, reply) => void sendError(reply, error, { logger, metrics }),
  });
  server.setErrorHandler((error, _request, reply) => sendError(reply, error, { logger, metrics }));
  server.addHook('onRequest', async (request, reply) => {
    pace.watch(request, reply);
    if (request.is404) throw new MillraceError('NOT_FOUND', `There is nothing at ${request.method} ${request.url.slice(0, 100)}.`);
  });
  server.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // Whatever was not read of a request stands between its connection and the next one, and may never come to its end.
    if (isUnread(request)) reply.header('connection', 'close');
  });
  registerHealth(server, { readiness: parts.readiness, isStopping: () => stopping });
  registerMetrics(server, metrics);
  server.decorateRequest('acquaintance', undefined);
  registerArtifacts(server, { ...shared, artifacts: parts.artifacts, dataSource: parts.callers, maximumBytes: parts.maximumArtifactBytes });
  const ide = await registerIde(server, parts.ideFolder);
  const operations = new Operations({ schema, limits });
  const documents = new DocumentTurns({ operations });
  registerGraphql(server, { ...shared, operations, documents, ide, bodies: new BodyTurns(), answers: new AnswerTurns({ pace }) });
  keepRoom(server.server);
  await server.listen({ host: parts.host, port: parts.port });
  const subscriptions = serveSubscriptions({ ...shared, http: server.server, schema, documents });
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : parts.port;
  return {
    url: `http://${parts.host.includes(':') ? `[${parts.host}]` : parts.host}:${port}`,
    close: async () => {
      stopping = true;
      pace.close();
      await subscriptions.close();
      const cutOff = setTimeout(() => server.server.closeAllConnections(), GRACE_SECONDS * 1000);
      await server.close();
      clearTimeout(cutOff);
    },
  };
}

function isUnread({ raw: { complete, headers } }: FastifyRequest): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

/** Connections cost whoever opens them nothing, so that idle ones of one peer must not keep out all others. */
function keepRoom(http: Server): void {
  http.maxConnections = MAXIMUM_CONNECTIONS;
  let open = 0;
  http.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    if (open > CROWDED_CONNECTIONS) http.closeIdleConnections();
  });
}
