import { MillraceError } from '@millrace/contracts';
import type { onRequestAsyncHookHandler } from 'fastify';

/** From here on a body counts as large. */
const LARGE_BYTES = 256 * 1024;
/** JavaScript works on one at a time anyway; a second one is read meanwhile. */
const AT_ONCE = 2;

/**
 * Large bodies wait for each other before they are read: parsed, each of them takes many times its size, and a hundred
 * batches of labels at once would not fit the memory that the process is to live in. A body of untold length counts as large.
 */
export function oneLargeBodyAfterAnother(): onRequestAsyncHookHandler {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const passOn = (): void => {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  };
  return async (request, reply) => {
    if (!isLarge(request.headers)) return;
    if (taken < AT_ONCE) taken += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    if (reply.raw.closed) {
      passOn();
      throw new MillraceError('UNAVAILABLE', 'The caller hung up while it waited.');
    }
    reply.raw.once('close', passOn);
  };
}

function isLarge(headers: { readonly 'content-length'?: string | undefined; readonly 'transfer-encoding'?: string | undefined }): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LARGE_BYTES;
}
