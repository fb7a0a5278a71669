import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode } from 'graphql';
import type { Acquaintance, Doorkeeper } from '../admission/doorkeeper.ts';
import { laneOf, type Lane } from '../admission/lane-of.ts';
import type { Lanes } from '../admission/lanes.ts';
import type { Authenticator } from '../authorisation/authenticator.ts';
import { POLICY } from '../authorisation/policy.ts';
import { answerGiven, idempotencyKey, keepAnswer, type IdempotentCall } from '../commands/idempotency.ts';
import type { Authentication } from '../context/request-context.ts';
import { sendRefusal } from '../errors/http-error.ts';
import { presentErrors, type ErrorReporting } from '../errors/present-errors.ts';
import { graphqlRequest } from '../execution/graphql-request.ts';
import { refuseSubscription, type Operation, type Operations } from '../execution/operations.ts';
import { rootFields } from '../execution/root-fields.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { HeldTurns, isLarge, type BodyTurns } from './body-turns.ts';
import type { ContextFactory } from './context-factory.ts';
import type { Ide } from './ide.routes.ts';
import { registerJsonBody } from './json-body.ts';
import type { Pace } from './pace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it, known before the body is read. */
    acquaintance: Acquaintance | undefined;
    /** Turns that the body has taken, given back with the answer at the latest. */
    turns: HeldTurns;
  }
}

export interface GraphqlParts {
  readonly operations: Operations;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly doorkeeper: Doorkeeper;
  readonly lanes: Lanes<Lane>;
  readonly bodies: BodyTurns;
  readonly pace: Pace;
  readonly ide: Ide;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Longer answers are sent in pieces, so that it shows whether the peer takes them. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * Whoever is sent away is told so a little later: a client that asks again at once would otherwise be most of the work. An answer that
 * waits holds nothing but its connection.
 */
const SHED_MILLISECONDS = 500;

/**
 * `POST /graphql`: queries and mutations; `GET /graphql` is the page of the IDE. Nothing of a body is read before its sender is known,
 * and no other site can make a browser send one: a token travels in a header of its own.
 */
export function registerGraphql(server: FastifyInstance, parts: GraphqlParts): void {
  const { pace, bodies } = parts;
  void server.register((scope, _options, done) => {
    registerJsonBody(scope, async (request) => {
      if (!isLarge(request)) return;
      request.turns.leave();
      request.turns.hold(await bodies.parse(acquaintanceOf(request).holder));
    });
    // What was refused may not have been read to its end, and then the connection cannot carry another request.
    scope.setErrorHandler(async (error, request, reply) => {
      if (isShed(error)) await delay(SHED_MILLISECONDS, undefined, { ref: false });
      return sendRefusal(request.raw.complete ? reply : reply.header('connection', 'close'), error, reportingOf(parts, request));
    });
    scope.post(
      '/graphql',
      { onRequest: (request, reply) => admit(parts, request, reply), preParsing: async (request) => pace.receive(request) },
      (request, reply) => answer(parts, request, reply),
    );
    scope.get('/graphql', (request, reply) => (wantsPage(request) ? parts.ide.sendPage(reply) : reply.code(405).header('allow', 'POST').send(onlyPost)));
    done();
  });
}

const onlyPost = {
  errors: [{ message: 'Send queries and mutations by POST, as JSON.', extensions: { code: 'BAD_INPUT', retryable: false, fields: {} } }],
};

async function admit({ doorkeeper, bodies, pace }: GraphqlParts, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  pace.watch(request, reply);
  request.acquaintance = await doorkeeper.admit(request);
  const turns = new HeldTurns();
  request.turns = turns;
  reply.raw.once('close', () => turns.end());
  if (reply.raw.closed) throw hungUp();
  const leave = await bodies.arrive(request, request.acquaintance.holder);
  if (leave !== undefined) turns.hold(leave);
}

async function answer(parts: GraphqlParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const operation = parts.operations.prepare(graphqlRequest(request.body));
  refuseSubscription(operation);
  const lane = laneOf(operation);
  const text = await parts.lanes.run(lane, acquaintanceOf(request).holder, () => execute(parts, operation, request, reply));
  parts.metrics.count('millrace_requests_total', { lane });
  void reply.type(typeOf(request));
  return reply.send(text.length > PIECE_CHARACTERS ? Readable.from(piecesOf(text)) : text);
}

async function execute(parts: GraphqlParts, operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  if (reply.raw.closed) throw hungUp();
  const { authorization } = request.headers;
  const authenticate = (): Promise<Authentication> => Promise.resolve(authentication);
  const open = parts.contexts.forRequest({ requestId: request.id, authenticate, idempotency: idempotentCall(request), selected: operation.selected });
  const { context } = open;
  const onClose = (): void => context.budget.abandon();
  reply.raw.once('close', onClose);
  let authentication: Authentication;
  try {
    authentication = acquaintanceOf(request).authentication ?? (await parts.authenticator.authenticate(authorization, context.manager));
    if ('refusal' in authentication) {
      parts.doorkeeper.forget(authorization);
      throw authentication.refusal;
    }
    const { caller } = authentication;
    const once = keepsAnswer(operation) ? context.idempotency : undefined;
    const given = once === undefined ? undefined : await answerGiven(context.manager, caller, once);
    if (given !== undefined) return given;
    const { data, errors } = await parts.operations.run(operation, context);
    const shown = errors === undefined ? {} : { errors: presentErrors(errors, reportingOf(parts, request)) };
    const isExecuted = data !== undefined;
    void reply.code(isExecuted ? 200 : 400);
    const text = JSON.stringify({ ...shown, ...(isExecuted ? { data } : {}) });
    return once === undefined || !isExecuted || errors !== undefined ? text : await keepAnswer(context.manager, caller, once, text);
  } finally {
    reply.raw.off('close', onClose);
    await open.close();
  }
}

function reportingOf({ logger, metrics }: GraphqlParts, { id }: FastifyRequest): ErrorReporting {
  return { logger, metrics, requestId: id };
}

function acquaintanceOf({ acquaintance }: FastifyRequest): Acquaintance {
  if (acquaintance === undefined) throw new Error('A request was read before its sender was known.');
  return acquaintance;
}

function hungUp(): MillraceError {
  return new MillraceError('CANCELLED', 'The caller hung up while it waited.');
}

function isShed(error: unknown): boolean {
  return error instanceof MillraceError && (error.code === 'TOO_MANY_REQUESTS' || error.code === 'UNAVAILABLE');
}

function* piecesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const end = from + PIECE_CHARACTERS;
    // Both halves of a character go together.
    const to = isHighSurrogate(text.charCodeAt(end - 1)) ? end + 1 : end;
    yield text.slice(from, to);
    from = to;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function typeOf({ headers }: FastifyRequest): string {
  const graphql = 'application/graphql-response+json';
  return `${headers.accept?.includes(graphql) === true ? graphql : 'application/json'}; charset=utf-8`;
}

function idempotentCall(request: FastifyRequest): IdempotentCall | undefined {
  const given = request.headers['idempotency-key'];
  const key = idempotencyKey(typeof given === 'string' ? given : undefined);
  return key === undefined ? undefined : { key, requestHash: request.bodyDigest };
}

/** Whether the answer of an operation is kept under its key: of a mutation, unless one of its fields says otherwise. */
function keepsAnswer(operation: Operation): boolean {
  return operation.kind === OperationTypeNode.MUTATION && rootFields(operation).every((name) => POLICY.Mutation[name]?.kept === undefined);
}

function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}
