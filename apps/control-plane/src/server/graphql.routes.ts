import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { MillraceError } from '@millrace/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OperationTypeNode, type GraphQLSchema } from 'graphql';
import type { Authenticator } from '../authorisation/authenticator.ts';
import { idempotencyKey } from '../commands/idempotency.ts';
import type { RequestContext } from '../context/request-context.ts';
import { formatError } from '../errors/format-error.ts';
import { reportErrors } from '../errors/report-errors.ts';
import { enforceLimits, type QueryLimits } from '../schema/query-limits.ts';
import type { ContextFactory } from './context-factory.ts';
import type { Ide } from './ide.routes.ts';
import { registerJsonBody } from './json-body.ts';
import { oneLargeBodyAfterAnother } from './large-bodies.ts';

export interface GraphqlParts {
  readonly schema: GraphQLSchema;
  readonly limits: QueryLimits;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly ide: Ide;
}

/** Tokens that one document may have: many times what any real one has. */
const MAXIMUM_TOKENS = 10_000;

/** `POST /graphql` and `GET /graphql`: queries and mutations; a browser that asks for a page gets the IDE. */
export async function registerGraphql(
  server: FastifyInstance,
  { schema, limits, contexts, authenticator, ide }: GraphqlParts,
): Promise<ApolloServer<RequestContext>> {
  const apollo = new ApolloServer<RequestContext>({
    schema,
    formatError,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    status400ForVariableCoercionErrors: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAXIMUM_TOKENS },
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    plugins: [limitPlugin(schema, limits), reportPlugin, ApolloServerPluginLandingPageDisabled()],
  });
  await apollo.start();
  registerJsonBody(server);
  const answer = fastifyApolloHandler(apollo, { context: (request) => Promise.resolve(contexts.forRequest(metadataOf(request))) });
  server.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    onRequest: oneLargeBodyAfterAnother(authenticator),
    handler: (request, reply) => (wantsPage(request) ? ide.sendPage(reply) : answer.call(server, request, reply)),
  });
  return apollo;
}

function metadataOf(request: FastifyRequest): Parameters<ContextFactory['forRequest']>[0] {
  const given = request.headers['idempotency-key'];
  const key = idempotencyKey(typeof given === 'string' ? given : undefined);
  return {
    requestId: request.id,
    authorization: request.headers.authorization,
    idempotency: key === undefined ? undefined : { key, requestHash: request.bodyDigest },
  };
}

function wantsPage(request: FastifyRequest): boolean {
  return request.method === 'GET' && (request.headers.accept ?? '').includes('text/html') && !request.url.includes('query=');
}

function limitPlugin(schema: GraphQLSchema, limits: QueryLimits): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ document, operation, request }) => {
          if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw subscriptionByHttp();
          enforceLimits({ schema, document, operationName: request.operationName ?? undefined, variables: request.variables ?? {} }, limits);
          return Promise.resolve();
        },
      }),
  };
}

function subscriptionByHttp(): MillraceError {
  return new MillraceError('BAD_INPUT', 'Subscriptions are served over a WebSocket at this address (protocol graphql-transport-ws), not over HTTP requests.');
}

const reportPlugin: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didEncounterErrors: ({ errors, contextValue }) => {
        reportErrors(errors, contextValue);
        return Promise.resolve();
      },
    }),
};
