import { MillraceError, type ErrorCode } from '@millrace/contracts';
import type { FastifyReply } from 'fastify';
import { asMillraceError } from './as-millrace-error.ts';
import { presentThrown, type ErrorReporting } from './present-errors.ts';

const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ARTIFACT_MISSING: 404,
  BAD_INPUT: 400,
  CONFLICT: 409,
  ANSWER_TOO_LARGE: 413,
  REQUEST_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  UNAVAILABLE: 503,
  STORAGE_UNAVAILABLE: 503,
  TIMEOUT: 503,
  INTERNAL: 500,
};

/** Answers a route beside GraphQL with an error: its status, and `{ error: { code, message, retryable, fields } }`. */
export function sendError(reply: FastifyReply, thrown: unknown, reporting: Omit<ErrorReporting, 'requestId'>): FastifyReply {
  const unread = statusOfServer(thrown);
  if (unread !== undefined && thrown instanceof Error) {
    return reply.code(unread).send({ error: { code: 'BAD_INPUT', message: thrown.message, retryable: false, fields: {} } });
  }
  const error = asMillraceError(thrown);
  if (error.code !== 'INTERNAL') {
    return withRetryAfter(reply, error)
      .code(STATUSES[error.code] ?? 500)
      .send({ error: error.toJSON() });
  }
  const requestId = reply.request.id;
  reporting.metrics.count('millrace_internal_errors_total');
  reporting.logger.error('request failed', { requestId, error: thrown });
  const message = `Something went wrong on our side. The log has it under request ${requestId}.`;
  return reply.code(500).send({ error: { code: 'INTERNAL', message, retryable: true, fields: { requestId } } });
}

/** Answers `/graphql` with what kept an operation from being executed: `{ errors }` as GraphQL clients know it, and the status that says the same. */
export function sendRefusal(reply: FastifyReply, thrown: unknown, reporting: ErrorReporting): FastifyReply {
  const unread = statusOfServer(thrown);
  if (unread !== undefined && thrown instanceof Error) {
    const extensions = { code: 'BAD_INPUT', retryable: false, fields: {} };
    return reply.code(unread).send({ errors: [{ message: thrown.message, extensions }] });
  }
  const errors = presentThrown(thrown, reporting);
  const code = errors[0]?.extensions?.['code'] as ErrorCode;
  return withRetryAfter(reply, thrown)
    .code(STATUSES[code] ?? 400)
    .send({ errors });
}

/** What the HTTP server itself refuses: a body that is too large, of another type, or no JSON. */
function statusOfServer(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number' && thrown.statusCode < 500 ? thrown.statusCode : undefined;
}

/** Whoever is sent away for now learns when to come back. */
function withRetryAfter(reply: FastifyReply, thrown: unknown): FastifyReply {
  const seconds = thrown instanceof MillraceError ? thrown.fields['retryAfterSeconds'] : undefined;
  return typeof seconds === 'number' ? reply.header('retry-after', String(Math.ceil(seconds))) : reply;
}
