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
import { toldAsDone } from '../errors/told-as-done.ts';
import type { DocumentTurns } from '../execution/document-turns.ts';
import { graphqlRequest } from '../execution/graphql-request.ts';
import { refuseSubscription, type Operation, type Operations } from '../execution/operations.ts';
import { rootFields } from '../execution/root-fields.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { inPieces, type AnswerTurns } from './answer-turns.ts';
import { HeldTurns, type BodyTurns } from './body-turns.ts';
import type { ContextFactory } from './context-factory.ts';
import type { Ide } from './ide.routes.ts';
import { registerJsonBody } from './json-body.ts';
import type { Pace } from './pace.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it, known before the body is read. */
    acquaintance: Acquaintance | undefined;
    /** Turns that the body and the answer have taken, given back with the answer at the latest. */
    turns: HeldTurns;
  }
}

export interface GraphqlParts {
  readonly operations: Operations;
  readonly documents: DocumentTurns;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly doorkeeper: Doorkeeper;
  readonly lanes: Lanes<Lane>;
  readonly bodies: BodyTurns;
  readonly answers: AnswerTurns;
  readonly pace: Pace;
  readonly ide: Ide;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

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
    registerJsonBody(scope, (request, weight, parse) => bodies.parse(request.turns, { holder: acquaintanceOf(request).holder, weight, parse }));
    scope.addHook('onRequest', async (request, reply) => {
      const turns = (request.turns = new HeldTurns());
      reply.raw.once('close', () => turns.end());
    });
    scope.setErrorHandler(async (error, request, reply) => {
      request.turns.leave();
      if (isShed(error)) await delay(SHED_MILLISECONDS, undefined, { ref: false });
      return sendRefusal(reply, error, reportingOf(parts, request));
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

async function admit({ doorkeeper, bodies }: GraphqlParts, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  request.acquaintance = await doorkeeper.admit(request);
  if (reply.raw.closed) throw hungUp();
  request.turns.hold(await bodies.arrive(request, request.acquaintance.holder));
}

async function answer(parts: GraphqlParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { holder } = acquaintanceOf(request);
  const operation = await parts.documents.prepare(graphqlRequest(request.body), holder);
  refuseSubscription(operation);
  const lane = laneOf(operation);
  const { text, commits } = await parts.lanes.run(lane, holder, () => execute(parts, operation, request, reply));
  parts.metrics.count('millrace_requests_total', { lane });
  // Its sender may take his time with the answer; the body is not kept for as long.
  request.turns.leave();
  request.body = undefined;
  const bytes = Buffer.from(text);
  try {
    await parts.answers.enter(request, holder, bytes.length);
  } catch (error) {
    throw toldAsDone(error, commits, idempotentCall(request) !== undefined);
  }
  return reply.type(typeOf(request)).send(inPieces(bytes));
}

/** What an operation is answered, and how many of its changes are committed. */
interface Answer {
  readonly text: string;
  readonly commits: number;
}

async function execute(parts: GraphqlParts, operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<Answer> {
  if (reply.raw.closed) throw hungUp();
  const { authorization } = request.headers;
  const authenticate = (): Promise<Authentication> => Promise.resolve(authentication);
  const idempotency = idempotentCall(request);
  const open = parts.contexts.forRequest({ requestId: request.id, authenticate, idempotency, selected: operation.selected });
  const { context } = open;
  const { budget } = context;
  const onClose = (): void => budget.abandon();
  reply.raw.once('close', onClose);
  let authentication: Authentication;
  try {
    authentication = acquaintanceOf(request).authentication ?? (await parts.authenticator.authenticate(authorization, context.manager));
    if ('refusal' in authentication) {
      parts.doorkeeper.forget(authorization);
      throw authentication.refusal;
    }
    const { caller } = authentication;
    parts.doorkeeper.remember(authorization, caller);
    const once = keepsAnswer(operation) ? idempotency : undefined;
    const given = once === undefined ? undefined : await answerGiven(context.manager, caller, once);
    if (given !== undefined) return { text: given, commits: 1 };
    const { data, errors } = await parts.operations.run(operation, context);
    const shown = errors === undefined ? {} : { errors: presentErrors(errors, reportingOf(parts, request)) };
    const isExecuted = data !== undefined;
    void reply.code(isExecuted ? 200 : 400);
    const text = JSON.stringify({ ...shown, ...(isExecuted ? { data } : {}) });
    budget.answered(text.length);
    const isKept = once !== undefined && isExecuted && errors === undefined;
    return { text: isKept ? await keepAnswer(context.manager, caller, once, text) : text, commits: budget.commits };
  } catch (error) {
    throw toldAsDone(error, budget.commits, idempotency !== undefined);
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
