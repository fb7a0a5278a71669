import type { ErrorCode } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { FastifyReply } from 'fastify';
import { asMillraceError } from './as-millrace-error.ts';

const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ARTIFACT_MISSING: 404,
  BAD_INPUT: 400,
  CONFLICT: 409,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
};

/** Answers a route beside GraphQL with an error: its status, and `{ error: { code, message, retryable, fields } }`. */
export function sendError(reply: FastifyReply, thrown: unknown, logger: Logger): FastifyReply {
  const fastifyStatus =
    thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number' && thrown.statusCode < 500 ? thrown.statusCode : undefined;
  if (fastifyStatus !== undefined && thrown instanceof Error) {
    return reply.code(fastifyStatus).send({ error: { code: 'BAD_INPUT', message: thrown.message, retryable: false, fields: {} } });
  }
  const error = asMillraceError(thrown);
  if (error.code !== 'INTERNAL') return reply.code(STATUSES[error.code] ?? 500).send({ error: error.toJSON() });
  const requestId = reply.request.id;
  logger.error('request failed', { requestId, error: thrown });
  const message = `Something went wrong on our side. The log has it under request ${requestId}.`;
  return reply.code(500).send({ error: { code: 'INTERNAL', message, retryable: true, fields: { requestId } } });
}
