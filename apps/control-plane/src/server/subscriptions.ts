import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { GraphQLError, OperationTypeNode, subscribe, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Doorkeeper } from '../admission/doorkeeper.ts';
import type { Authenticator } from '../authorisation/authenticator.ts';
import type { Authentication, RequestContext } from '../context/request-context.ts';
import { asMillraceError } from '../errors/as-millrace-error.ts';
import { presentErrors, presentThrown } from '../errors/present-errors.ts';
import type { DocumentTurns } from '../execution/document-turns.ts';
import { graphqlRequest } from '../execution/graphql-request.ts';
import type { Operation } from '../execution/operations.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ContextFactory } from './context-factory.ts';
import { weightOf as messageWeight } from './body-weight.ts';
import { SocketHealth } from './socket-health.ts';
import { SocketRegister, type OpenSocket } from './socket-register.ts';

export interface SubscriptionParts {
  readonly http: Server;
  readonly schema: GraphQLSchema;
  readonly documents: DocumentTurns;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly doorkeeper: Doorkeeper;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

interface Extra {
  readonly open: OpenSocket;
  readonly ip: string;
}
type SocketContext = Context<Record<string, unknown>, Extra>;

/** What a message may be on the wire, and in memory, where it stays until its subscription is checked: many times what a screen follows. */
const MAXIMUM_MESSAGE_BYTES = 16 * 1024;
const MAXIMUM_MESSAGE_WEIGHT = 24 * 1024;
/** A socket that has not said by then who it is, is closed. */
const GREETING_SECONDS = 3;
/** Codes of closing that clients of the protocol do not try again after. */
const CLOSED = { UNAUTHENTICATED: 4401, TOO_MANY_REQUESTS: 4429, UNAVAILABLE: 1013, TOO_LARGE: 1009 } as const;
/** A reason of closing has at most 123 bytes. */
const REASON_CHARACTERS = 100;

/**
 * Subscriptions over WebSocket (protocol `graphql-transport-ws`) on `/graphql`. The token comes in `connectionParams.authorization`; a
 * socket without a good one is closed with 4401 and the reason, before anything that it sends is parsed.
 */
export function serveSubscriptions(parts: SubscriptionParts): { close(): Promise<void> } {
  const { metrics } = parts;
  const register = new SocketRegister();
  const health = new SocketHealth(register, (reason) => metrics.count('millrace_sockets_closed_total', { reason }));
  metrics.gauge('millrace_sockets', {}, () => register.sockets);
  metrics.gauge('millrace_subscriptions', {}, () => register.subscriptions);
  const sockets = new WebSocketServer({
    server: parts.http,
    path: '/graphql',
    maxPayload: MAXIMUM_MESSAGE_BYTES,
    handleProtocols: (protocols) => handleProtocols(protocols),
    verifyClient: (_info, answered) => (register.hasRoom() ? answered(true) : answered(false, 503, 'Too many sockets are open. Try again in a moment.')),
  });
  const protocol = makeServer<Record<string, unknown>, Extra>({
    schema: parts.schema,
    jsonMessageReviver: (key, value: unknown) => (key === '' ? refuseOurs(value) : value),
    connectionInitWaitTimeout: GREETING_SECONDS * 1000,
    onConnect: (context) => greet(parts, register, context),
    onSubscribe: (context, id, payload) => prepared(parts, register, { context, id, payload }),
    subscribe: (args) => begun(parts, args),
    onNext: (_context, _id, _payload, { contextValue }, { data, errors }) => {
      if (errors === undefined) return undefined;
      const shown = presentErrors(errors, { ...parts, requestId: (contextValue as RequestContext).requestId });
      return { ...(data === undefined ? {} : { data }), errors: shown };
    },
    onError: (_context, _id, _payload, errors) =>
      errors.flatMap((error) => (isShown(error) ? error.toJSON() : presentErrors([error], { ...parts, requestId: randomUUID() }))),
  });
  sockets.on('connection', (socket, request) => converse(parts, { socket, request, protocol, register, health }));
  return {
    close: () => {
      health.close();
      for (const { socket } of register) socket.close(1001, 'Going away');
      return new Promise((resolve) => sockets.close(() => resolve()));
    },
  };
}

/** Messages that only we say: from a client they are no messages, and the socket is closed with 4400. */
function refuseOurs(message: unknown): unknown {
  const type = typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;
  if (type === 'connection_ack' || type === 'next' || type === 'error') throw new Error('A client does not say that.');
  return message;
}

interface Conversation {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly protocol: ReturnType<typeof makeServer<Record<string, unknown>, Extra>>;
  readonly register: SocketRegister;
  readonly health: SocketHealth;
}

/** Carries messages between a socket and the protocol. Whatever goes wrong ends this socket and nothing else. */
function converse({ logger, metrics }: SubscriptionParts, { socket, request, protocol, register, health }: Conversation): void {
  const open: OpenSocket = { socket, holder: undefined, subscriptions: () => [], weights: new Map() };
  register.add(open);
  health.watch(socket);
  socket.on('error', () => socket.terminate());
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => health.send(socket, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) => {
        socket.on('message', (message: Buffer) => {
          if (messageWeight(message) > MAXIMUM_MESSAGE_WEIGHT) return socket.close(CLOSED.TOO_LARGE, 'The message takes too much memory');
          take(message.toString()).catch((error: unknown) => {
            metrics.count('millrace_internal_errors_total');
            logger.error('a message of a socket failed', { error });
            socket.close(1011, 'Something went wrong on our side');
          });
        });
      },
    },
    { open, ip: request.socket.remoteAddress ?? '' },
  );
  socket.once('close', (code, reason) => {
    register.remove(open);
    closed(code, reason.toString()).catch((error: unknown) => logger.warn('a socket was not closed in order', { error }));
  });
}

/** Looks at the token of a socket that greets. @returns false when the socket was closed instead */
async function greet({ doorkeeper, metrics }: SubscriptionParts, register: SocketRegister, context: SocketContext): Promise<boolean> {
  const { open, ip } = context.extra;
  const refuse = (code: Exclude<keyof typeof CLOSED, 'TOO_LARGE'>, message: string): false => {
    metrics.count('millrace_sockets_closed_total', { reason: code.toLowerCase() });
    open.socket.close(CLOSED[code], `${code}: ${message}`.slice(0, REASON_CHARACTERS));
    return false;
  };
  open.subscriptions = () => Object.keys(context.subscriptions);
  try {
    const { holder } = await doorkeeper.admit({ ip, headers: { authorization: authorizationOf(context) } });
    if (!register.maySocket(holder)) return refuse('TOO_MANY_REQUESTS', 'The token or its workspace has too many sockets open.');
    open.holder = holder;
    return true;
  } catch (error) {
    const { code, message } = asMillraceError(error);
    return refuse(code === 'UNAUTHENTICATED' || code === 'TOO_MANY_REQUESTS' ? code : 'UNAVAILABLE', message);
  }
}

interface Subscribing {
  readonly context: SocketContext;
  readonly id: string;
  readonly payload: SubscribePayload;
}

/** A subscription that may run, or why not. Queries and mutations go over HTTP, where idempotency keys and limits of size apply. */
async function prepared(
  parts: SubscriptionParts,
  register: SocketRegister,
  { context, id, payload }: Subscribing,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { schema, documents, contexts, authenticator } = parts;
  const { open } = context.extra;
  const requestId = randomUUID();
  const authenticate = (): Promise<Authentication> => authenticator.authenticateTogether(authorizationOf(context));
  try {
    if (open.holder === undefined || !register.maySubscribe(open)) throw tooMany();
    const authentication = await authenticate();
    if ('refusal' in authentication) throw authentication.refusal;
    const operation = await documents.prepare(graphqlRequest(payload), open.holder);
    if (operation.kind !== OperationTypeNode.SUBSCRIPTION) {
      throw new MillraceError('BAD_INPUT', 'Only subscriptions go over the WebSocket. Send queries and mutations to POST /graphql.');
    }
    if (!register.mayFollow(open, id, weightOf(operation))) throw tooMany();
    const { document, operationName, variables, selected } = operation;
    // The protocol keeps what was sent for as long as the subscription runs.
    Object.assign(payload, { variables, extensions: undefined });
    const contextValue = contexts.forSubscription({ requestId, authenticate, selected }, open.holder);
    return { schema, document, contextValue, variableValues: variables, ...(operationName === undefined ? {} : { operationName }) };
  } catch (error) {
    return asErrors(presentThrown(error, { ...parts, requestId }));
  }
}

/** Fields that are resolved with each event, and a document that is kept: four of its characters weigh as much in memory as a field takes time. */
function weightOf({ cost, query }: Operation): number {
  return cost + query.length / 4;
}

/** What the execution itself throws, which it does not of anything that was foreseen, is an answer too. */
async function begun(parts: SubscriptionParts, args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  try {
    const stream = await subscribe(args);
    // Without a stream the variables are not what the document declares, or its root field refused.
    if (!(Symbol.asyncIterator in stream)) for (const error of stream.errors ?? []) if (error.path === undefined) error.extensions['code'] ??= 'BAD_USER_INPUT';
    return stream as AsyncGenerator<ExecutionResult> | ExecutionResult;
  } catch (error) {
    return { errors: asErrors(presentThrown(error, { ...parts, requestId: (args.contextValue as RequestContext).requestId })) };
  }
}

function tooMany(): MillraceError {
  return new MillraceError(
    'TOO_MANY_REQUESTS',
    'The socket, its token or its workspace has too many subscriptions open, or too large ones. End some, ask for less, or share one between those who follow the same.',
  );
}

/** The library sends errors of its own class only. What is to be shown is in them already. */
function asErrors(shown: ReturnType<typeof presentErrors>): GraphQLError[] {
  return shown.map(({ message, extensions }) => new GraphQLError(message, extensions === undefined ? {} : { extensions }));
}

function isShown({ originalError, extensions }: GraphQLError): boolean {
  return originalError === undefined && 'retryable' in extensions;
}

function authorizationOf({ connectionParams }: SocketContext): string | undefined {
  const value = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  return typeof value === 'string' ? value : undefined;
}
