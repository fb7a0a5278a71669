import { createHash } from 'node:crypto';
import { MillraceError } from '@millrace/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { weightOf } from './body-weight.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the body as it came: what an idempotency key stands for. */
    bodyDigest: string;
  }
}

/** Parses a body of so much weight when its turn has come. */
export type ParseInTurn = (request: FastifyRequest, weight: number, parse: () => unknown) => Promise<unknown>;

/** JSON bodies and no others, with a digest of their bytes where one is needed. Keys are data: `__proto__` is one like others. */
export function registerJsonBody(server: FastifyInstance, parseInTurn: ParseInTurn): void {
  server.removeAllContentTypeParsers();
  server.decorateRequest('bodyDigest', '');
  server.addContentTypeParser(['application/json', 'application/graphql+json'], { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer) => {
    if (request.headers['idempotency-key'] !== undefined) request.bodyDigest = createHash('sha256').update(body).digest('hex');
    return parseInTurn(request, weightOf(body), () => parsed(body));
  });
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new MillraceError('BAD_INPUT', 'The body is not JSON.', { fields: { path: 'body' } });
  }
}
