import type { Logger } from '@millrace/service-kit';

const QUIET_MILLISECONDS = 5000;

/** While something cannot be reached every try fails the same way: the first error is told, and then one every 5 s. */
export function reportTrouble(logger: Logger, message = 'queue in trouble'): (error: Error) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - toldAt < QUIET_MILLISECONDS) return;
    toldAt = now;
    logger.warn(message, { reason: error.message });
  };
}
