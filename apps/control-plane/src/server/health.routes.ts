import type { FastifyInstance } from 'fastify';

/** Longer than this without an answer, the database counts as away. */
const PATIENCE_MILLISECONDS = 2000;

export interface HealthParts {
  /** Resolves when the database answers. */
  readonly ping: () => Promise<unknown>;
  readonly isStopping: () => boolean;
}

/** `/health/live` says that the process runs, `/health/ready` that it can serve: 503 while the database is away or the process stops. */
export function registerHealth(server: FastifyInstance, { ping, isStopping }: HealthParts): void {
  server.get('/health/live', () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    if (isStopping()) return reply.code(503).send({ status: 'stopping' });
    const answered = await Promise.race([
      ping().then(
        () => true,
        () => false,
      ),
      patience(),
    ]);
    return answered ? { status: 'ready' } : reply.code(503).send({ status: 'database unavailable' });
  });
}

function patience(): Promise<boolean> {
  return new Promise((resolve) => setTimeout(() => resolve(false), PATIENCE_MILLISECONDS).unref());
}
