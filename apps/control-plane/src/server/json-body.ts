import { createHash } from 'node:crypto';
import { MillraceError } from '@millrace/contracts';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the body as it came: what an idempotency key stands for. */
    bodyDigest: string;
  }
}

/** JSON bodies and no others, with a digest of their bytes where one is needed. Keys are data: `__proto__` is one like others. */
export function registerJsonBody(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.decorateRequest('bodyDigest', '');
  server.addContentTypeParser(['application/json', 'application/graphql+json'], { parseAs: 'buffer' }, (request, body, done) => {
    if (request.headers['idempotency-key'] !== undefined) request.bodyDigest = createHash('sha256').update(body).digest('hex');
    try {
      done(null, JSON.parse(body.toString()));
    } catch {
      done(new MillraceError('BAD_INPUT', 'The body is not JSON.', { fields: { path: 'body' } }));
    }
  });
}
