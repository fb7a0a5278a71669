import type { Logger } from '@millrace/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../authorisation/authenticator.ts';
import { idempotencyKey, type IdempotentCall } from '../commands/idempotency.ts';
import type { Authentication } from '../context/request-context.ts';
import { sendRefusal } from '../errors/http-error.ts';
import { presentErrors } from '../errors/present-errors.ts';
import { graphqlRequest } from '../execution/graphql-request.ts';
import { refuseSubscription, type Operations } from '../execution/operations.ts';
import type { ContextFactory } from './context-factory.ts';
import type { Ide } from './ide.routes.ts';
import { registerJsonBody } from './json-body.ts';
import { oneLargeBodyAfterAnother } from './large-bodies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it, looked up before the body is read. */
    authentication: Authentication | undefined;
  }
}

export interface GraphqlParts {
  readonly operations: Operations;
  readonly contexts: ContextFactory;
  readonly authenticator: Authenticator;
  readonly ide: Ide;
  readonly logger: Logger;
}

/**
 * `POST /graphql`: queries and mutations; `GET /graphql` is the page of the IDE. Nothing of a body is read before its sender is known,
 * and no other site can make a browser send one: a token travels in a header of its own.
 */
export function registerGraphql(server: FastifyInstance, parts: GraphqlParts): void {
  void server.register((scope, _options, done) => {
    registerJsonBody(scope);
    scope.decorateRequest('authentication', undefined);
    // What was refused may not have been read to its end, and then the connection cannot carry another request.
    scope.setErrorHandler((error, request, reply) =>
      sendRefusal(request.body === undefined ? reply.header('connection', 'close') : reply, error, parts.logger),
    );
    scope.post('/graphql', { onRequest: [authenticated(parts.authenticator), oneLargeBodyAfterAnother()] }, (request, reply) => answer(parts, request, reply));
    scope.get('/graphql', (request, reply) => (wantsPage(request) ? parts.ide.sendPage(reply) : reply.code(405).header('allow', 'POST').send(onlyPost)));
    done();
  });
}

const onlyPost = {
  errors: [{ message: 'Send queries and mutations by POST, as JSON.', extensions: { code: 'BAD_INPUT', retryable: false, fields: {} } }],
};

function authenticated(authenticator: Authenticator) {
  return async (request: FastifyRequest): Promise<void> => {
    const authentication = await authenticator.authenticate(request.headers.authorization);
    if ('refusal' in authentication) throw authentication.refusal;
    request.authentication = authentication;
  };
}

async function answer({ operations, contexts }: GraphqlParts, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const operation = operations.prepare(graphqlRequest(request.body));
  refuseSubscription(operation);
  const { context, close } = contexts.forRequest({
    requestId: request.id,
    authenticate: () => Promise.resolve(request.authentication as Authentication),
    idempotency: idempotentCall(request),
    selected: operation.selected,
  });
  reply.raw.once('close', () => context.budget.abandon());
  try {
    const { data, errors } = await operations.run(operation, context);
    const shown = errors === undefined ? {} : { errors: presentErrors(errors, context) };
    const isExecuted = data !== undefined;
    return reply
      .code(isExecuted ? 200 : 400)
      .type(typeOf(request))
      .send(JSON.stringify({ ...shown, ...(isExecuted ? { data } : {}) }));
  } finally {
    await close();
  }
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

function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}
