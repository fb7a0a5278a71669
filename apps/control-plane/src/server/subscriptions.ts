import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { getOperationAST, GraphQLError, OperationTypeNode, parse, validate, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import type { Context, SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { RequestContext } from '../context/request-context.ts';
import { formatError } from '../errors/format-error.ts';
import { reportErrors } from '../errors/report-errors.ts';
import { enforceLimits, type QueryLimits } from '../schema/query-limits.ts';
import type { ContextFactory } from './context-factory.ts';

export interface SubscriptionParts {
  readonly http: Server;
  readonly schema: GraphQLSchema;
  readonly limits: QueryLimits;
  readonly contexts: ContextFactory;
}

const MAXIMUM_MESSAGE_BYTES = 1024 * 1024;

/**
 * Subscriptions over WebSocket (protocol `graphql-transport-ws`) on `/graphql`. The token comes in `connectionParams.authorization`.
 * A connection without a good token opens, and its first subscription is refused with `UNAUTHENTICATED`: a closed socket could not say why.
 */
export function serveSubscriptions({ http, schema, limits, contexts }: SubscriptionParts): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ server: http, path: '/graphql', maxPayload: MAXIMUM_MESSAGE_BYTES });
  const server = useServer(
    {
      schema,
      onSubscribe: ({ connectionParams }, _id, payload) => {
        const contextValue = contexts.forSubscription({ requestId: randomUUID(), authorization: authorizationOf(connectionParams) });
        return prepared({ schema, limits, contextValue }, payload);
      },
      onError: (_context, _id, _payload, errors) => errors.map((error) => formatError(error.toJSON(), error)),
      onNext: (_context, _id, _payload, { contextValue }, result) => {
        if (result.errors === undefined) return undefined;
        reportErrors(result.errors, contextValue as RequestContext);
        return { data: result.data ?? null, errors: result.errors.map((error) => formatError(error.toJSON(), error)) };
      },
      onOperation: (_context, _id, _payload, { contextValue }, result) => {
        if ('errors' in result && result.errors !== undefined) reportErrors(result.errors, contextValue as RequestContext);
      },
    },
    sockets,
  );
  return { close: async () => server.dispose() };
}

interface Preparation {
  readonly schema: GraphQLSchema;
  readonly limits: QueryLimits;
  readonly contextValue: RequestContext;
}

/** A subscription that may run, or the errors that its document has. Queries and mutations go over HTTP, where idempotency keys and limits of size apply. */
function prepared({ schema, limits, contextValue }: Preparation, payload: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
  try {
    const document = parse(payload.query, { maxTokens: 1000 });
    const invalid = validate(schema, document);
    if (invalid.length > 0) return invalid.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
    const operationName = payload.operationName ?? undefined;
    if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.SUBSCRIPTION) {
      return [coded(new GraphQLError('Only subscriptions go over the WebSocket. Send queries and mutations to POST /graphql.'), 'BAD_REQUEST')];
    }
    const variables = payload.variables ?? {};
    enforceLimits({ schema, document, operationName, variables }, limits);
    return { schema, document, contextValue, variableValues: variables, ...(operationName === undefined ? {} : { operationName }) };
  } catch (error) {
    if (error instanceof GraphQLError) return [coded(error, 'GRAPHQL_PARSE_FAILED')];
    return [new GraphQLError('The subscription was refused.', { originalError: error as Error })];
  }
}

function coded(error: GraphQLError, code: string): GraphQLError {
  error.extensions['code'] = code;
  return error;
}

function authorizationOf(connectionParams: Context['connectionParams']): string | undefined {
  const value = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  return typeof value === 'string' ? value : undefined;
}
