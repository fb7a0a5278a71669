import { MillraceError } from '@millrace/contracts';
import type { RetryOptions } from '../options.ts';
import { delay } from './delay.ts';

/** For how long a busy server asked to be left alone. */
function askedMilliseconds({ fields }: MillraceError): number {
  const seconds = fields['retryAfterSeconds'];
  return typeof seconds === 'number' ? Math.min(seconds, 60) * 1_000 : 0;
}

/** Calls until it succeeds, the error is not retryable, the tries are used up, or the signal aborts. The last error is thrown. */
export async function retry<Value>(call: (attempt: number) => Promise<Value>, options: RetryOptions = {}, signal?: AbortSignal): Promise<Value> {
  const { attempts = 8, baseMilliseconds = 100, maximumMilliseconds = 5_000 } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      if (!(error instanceof MillraceError) || !error.retryable || attempt >= attempts || signal?.aborted === true) throw error;
      const longest = Math.max(askedMilliseconds(error), Math.min(maximumMilliseconds, baseMilliseconds * 2 ** (attempt - 1)));
      // Who was sent away comes back no sooner than he was told, and not at the same moment as all the others.
      await delay(Math.max(askedMilliseconds(error), longest / 2) + (Math.random() * longest) / 2, signal);
    }
  }
}
