import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

export interface Ide {
  readonly sendPage: (reply: FastifyReply) => Promise<unknown>;
}

/** Everything comes from our own port. The editor sets styles on elements and starts its workers from files of ours. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL as `scripts/build-ide.mjs` bundled it. Without a bundle the API works and the page says what to do. */
export async function registerIde(server: FastifyInstance, folder: string): Promise<Ide> {
  if (!existsSync(join(folder, 'index.html'))) {
    return {
      sendPage: (reply) =>
        Promise.resolve(reply.code(503).type('text/plain').send('The IDE is not built. Run "npm run build" in apps/control-plane; the API itself works.\n')),
    };
  }
  const page = await readFile(join(folder, 'index.html'));
  await server.register(fastifyStatic, { root: join(folder, 'assets'), prefix: '/graphql/assets/', decorateReply: false, index: false });
  return {
    sendPage: (reply) =>
      Promise.resolve(
        reply
          .headers({ 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache' })
          .type('text/html')
          .send(page),
      ),
  };
}
