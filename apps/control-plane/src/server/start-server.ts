import { randomUUID } from 'node:crypto';
import type { Logger } from '@millrace/service-kit';
import type { ArtifactStore } from '@millrace/storage';
import fastify from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { DataSource } from 'typeorm';
import type { Authenticator } from '../authorisation/authenticator.ts';
import { sendError } from '../errors/http-error.ts';
import { Operations } from '../execution/operations.ts';
import type { QueryLimits } from '../schema/query-limits.ts';
import { registerArtifacts } from './artifact.routes.ts';
import type { ContextFactory } from './context-factory.ts';
import { registerGraphql } from './graphql.routes.ts';
import { registerHealth } from './health.routes.ts';
import { registerIde } from './ide.routes.ts';
import { serveSubscriptions } from './subscriptions.ts';

export interface ServerParts {
  readonly schema: GraphQLSchema;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly dataSource: DataSource;
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

/** A request that takes longer to arrive is cut off. */
const REQUEST_SECONDS = 120;

/** How long running requests may take to finish when the server closes. */
const GRACE_SECONDS = 4;

export interface RunningServer {
  readonly url: string;
  /** Lets running requests finish, ends subscriptions, closes the port. */
  close(): Promise<void>;
}

/** Everything that the control plane answers, on one port. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { schema, contexts, limits, logger, authenticator } = parts;
  let stopping = false;
  const server = fastify({
    bodyLimit: parts.maximumBodyBytes,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_SECONDS * 1000,
    routerOptions: { maxParamLength: 200 },
  });
  server.setErrorHandler((error, _request, reply) => sendError(reply, error, logger));
  server.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  registerHealth(server, { ping: () => parts.dataSource.query('SELECT 1'), isStopping: () => stopping });
  registerArtifacts(server, { ...parts, maximumBytes: parts.maximumArtifactBytes });
  const ide = await registerIde(server, parts.ideFolder);
  const operations = new Operations({ schema, limits });
  registerGraphql(server, { operations, contexts, authenticator, ide, logger });
  await server.listen({ host: parts.host, port: parts.port });
  const subscriptions = serveSubscriptions({ http: server.server, schema, operations, contexts, authenticator, logger });
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : parts.port;
  return {
    url: `http://${parts.host.includes(':') ? `[${parts.host}]` : parts.host}:${port}`,
    close: async () => {
      stopping = true;
      await subscriptions.close();
      const cutOff = setTimeout(() => server.server.closeAllConnections(), GRACE_SECONDS * 1000);
      await server.close();
      clearTimeout(cutOff);
    },
  };
}
