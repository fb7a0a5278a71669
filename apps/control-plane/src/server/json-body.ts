import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the body as it came: what an idempotency key stands for. */
    bodyDigest: string;
  }
}

/** JSON bodies, with a digest of their bytes where one is needed. */
export function registerJsonBody(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.decorateRequest('bodyDigest', '');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    if (request.headers['idempotency-key'] !== undefined) request.bodyDigest = createHash('sha256').update(text).digest('hex');
    void parse(request, text, done);
  });
}
