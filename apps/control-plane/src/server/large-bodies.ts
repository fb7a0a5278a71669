import type { onRequestHookHandler } from 'fastify';

/** From here on a body counts as large. */
const LARGE_BYTES = 256 * 1024;
/** JavaScript works on one at a time anyway; a second one is read meanwhile. */
const AT_ONCE = 2;

/**
 * Large bodies wait for each other before they are read: parsed, each of them takes many times its size, and a hundred
 * batches of labels at once would not fit the memory that the process is to live in. A body of untold length counts as large.
 */
export function oneLargeBodyAfterAnother(): onRequestHookHandler {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const release = (): void => {
    taken -= 1;
    waiting.shift()?.();
  };
  return (request, reply, done) => {
    if (!isLarge(request.headers)) return done();
    const go = (): void => {
      // Whoever hung up while waiting takes no turn.
      if (reply.raw.closed) {
        waiting.shift()?.();
        return;
      }
      taken += 1;
      reply.raw.once('close', release);
      done();
    };
    if (taken < AT_ONCE) go();
    else waiting.push(go);
  };
}

function isLarge(headers: { readonly 'content-length'?: string | undefined; readonly 'transfer-encoding'?: string | undefined }): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LARGE_BYTES;
}
