import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';

/** `GET /metrics`: what Prometheus reads. It names no caller and nothing of a workspace, so it asks for no token. */
export function registerMetrics(server: FastifyInstance, metrics: Metrics): void {
  server.get('/metrics', (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.text()));
}
