import type { FastifyInstance } from 'fastify';
import type { Readiness } from './readiness.ts';

export interface HealthParts {
  readonly readiness: Readiness;
  readonly isStopping: () => boolean;
}

/**
 * `/health/live` says that the process runs, `/health/ready` that it can serve: 503 with what is away while the database or the queue is, or
 * while the process stops. Its `warnings` say what somebody should do something about.
 */
export function registerHealth(server: FastifyInstance, { readiness, isStopping }: HealthParts): void {
  server.get('/health/live', () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    if (isStopping()) return reply.code(503).send({ status: 'stopping' });
    const { isReady, ...answer } = await readiness.answer();
    return reply.code(isReady ? 200 : 503).send(answer);
  });
}
