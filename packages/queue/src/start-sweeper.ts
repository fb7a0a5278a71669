import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { WakeUp } from './wake-up.ts';

export interface SweeperOptions {
  /** Mends what time alone has made wrong (a lease that ran out, a date that passed); returns how many rows it moved. */
  readonly sweep: () => Promise<number>;
  readonly everySeconds: number;
  readonly logger: Logger;
}

/** Sweeps at once, then at the interval, one sweep at a time. An error is told and the next sweep tries again. */
export function startSweeper({ sweep, everySeconds, logger }: SweeperOptions): { close(): Promise<void> } {
  const wakeUp = new WakeUp();
  const loop = async (): Promise<void> => {
    while (!wakeUp.isClosed) {
      try {
        const moved = await sweep();
        if (moved > 0) logger.info('swept', { moved });
      } catch (thrown) {
        logger.warn('sweep failed', { reason: MillraceError.wrap(thrown).message });
      }
      await wakeUp.wait(everySeconds * 1000);
    }
  };
  const sweeping = loop();
  return {
    close: async () => {
      wakeUp.close();
      await sweeping;
    },
  };
}
