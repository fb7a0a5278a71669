import type { Logger } from '@millrace/service-kit';

const QUIET_MILLISECONDS = 5000;

/** While a queue cannot be reached every attempt fails the same way: the first error is told, and then one every 5 s. */
export function reportTrouble(logger: Logger): (error: Error) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - toldAt < QUIET_MILLISECONDS) return;
    toldAt = now;
    logger.warn('queue in trouble', { reason: error.message });
  };
}
