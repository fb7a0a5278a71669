import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { GraphQLError, OperationTypeNode, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import type { Context, SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Authenticator } from '../authorisation/authenticator.ts';
import type { Authentication, RequestContext } from '../context/request-context.ts';
import { presentErrors, presentThrown } from '../errors/present-errors.ts';
import { graphqlRequest } from '../execution/graphql-request.ts';
import type { Operations } from '../execution/operations.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ContextFactory } from './context-factory.ts';

export interface SubscriptionParts {
  readonly http: Server;
  readonly schema: GraphQLSchema;
  readonly operations: Operations;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const MAXIMUM_MESSAGE_BYTES = 128 * 1024;

/**
 * Subscriptions over WebSocket (protocol `graphql-transport-ws`) on `/graphql`. The token comes in `connectionParams.authorization`.
 * A connection without a good token opens, and its first subscription is refused with `UNAUTHENTICATED`: a closed socket could not say why.
 */
export function serveSubscriptions(parts: SubscriptionParts): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ server: parts.http, path: '/graphql', maxPayload: MAXIMUM_MESSAGE_BYTES });
  const server = useServer(
    {
      schema: parts.schema,
      onSubscribe: ({ connectionParams }, _id, payload) => prepared(parts, authorizationOf(connectionParams), payload),
      onNext: (_context, _id, _payload, { contextValue }, { data, errors }) => {
        if (errors === undefined) return undefined;
        return { ...(data === undefined ? {} : { data }), errors: presentErrors(errors, { ...parts, requestId: (contextValue as RequestContext).requestId }) };
      },
      onError: (_context, _id, _payload, errors) =>
        errors.flatMap((error) => (isShown(error) ? error.toJSON() : presentErrors([error], { ...parts, requestId: randomUUID() }))),
    },
    sockets,
  );
  return { close: async () => server.dispose() };
}

/** A subscription that may run, or why not. Queries and mutations go over HTTP, where idempotency keys and limits of size apply. */
async function prepared(
  parts: SubscriptionParts,
  authorization: string | undefined,
  payload: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { schema, operations, contexts, authenticator } = parts;
  const requestId = randomUUID();
  const authenticate = (): Promise<Authentication> => authenticator.authenticate(authorization);
  try {
    const authentication = await authenticate();
    if ('refusal' in authentication) throw authentication.refusal;
    const operation = operations.prepare(graphqlRequest(payload));
    if (operation.kind !== OperationTypeNode.SUBSCRIPTION) {
      throw new MillraceError('BAD_INPUT', 'Only subscriptions go over the WebSocket. Send queries and mutations to POST /graphql.');
    }
    const { document, operationName, variables, selected } = operation;
    const contextValue = contexts.forSubscription({ requestId, authenticate, selected });
    return { schema, document, contextValue, variableValues: variables, ...(operationName === undefined ? {} : { operationName }) };
  } catch (error) {
    return asErrors(presentThrown(error, { ...parts, requestId }));
  }
}

/** The library sends errors of its own class only. What is to be shown is in them already. */
function asErrors(shown: ReturnType<typeof presentErrors>): GraphQLError[] {
  return shown.map(({ message, extensions }) => new GraphQLError(message, extensions === undefined ? {} : { extensions }));
}

function isShown({ originalError, extensions }: GraphQLError): boolean {
  return originalError === undefined && 'retryable' in extensions;
}

function authorizationOf(connectionParams: Context['connectionParams']): string | undefined {
  const value = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  return typeof value === 'string' ? value : undefined;
}
