import { setTimeout as delay } from 'node:timers/promises';
import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';

const RETRY_MILLISECONDS = 300;

/** Repeats a call to the ledger while the ledger cannot be reached. Gives up with that error when the signal is aborted. */
export async function untilReachable<Result>(call: () => Promise<Result>, logger: Logger, signal: AbortSignal): Promise<Result> {
  for (let tries = 0; ; tries++) {
    try {
      return await call();
    } catch (thrown) {
      const { code, message } = MillraceError.wrap(thrown);
      if (code !== 'UNAVAILABLE' || signal.aborted) throw thrown;
      if (tries === 0) logger.warn('ledger cannot be reached', { reason: message });
      await delay(RETRY_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }
}
