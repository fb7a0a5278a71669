import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { openBackend } from './bullmq/queue-backend.ts';
import { Producers } from './bullmq/producers.ts';
import type { Outbox } from './outbox.ts';
import { reportTrouble } from './report-trouble.ts';
import { WakeUp } from './wake-up.ts';

export interface RelayOptions {
  readonly queueUrl: string;
  readonly outbox: Outbox;
  readonly logger: Logger;
}

export interface OutboxRelay {
  /** Resolves when the queue answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const BATCH = 100;
const IDLE_MILLISECONDS = 2000;
const RETRY_MILLISECONDS = 500;

/**
 * Carries deliveries from the outbox to the queues as soon as they are committed. Delivers at least once: each has an id of its own
 * on the queue, so that publishing it twice while it waits changes nothing, and a second delivery of a job finds its row taken.
 */
export async function startOutboxRelay({ queueUrl, outbox, logger }: RelayOptions): Promise<OutboxRelay> {
  const backend = openBackend(queueUrl);
  const producers = new Producers(backend, logger);
  // Apart, so that a question that fails takes no connection away that something is being published on.
  const asking = new Producers(backend, logger);
  const report = reportTrouble(logger, 'outbox could not be relayed');
  const wakeUp = new WakeUp();
  const stopListening = await outbox.onInsert(() => wakeUp.now());
  const pump = async (): Promise<void> => {
    while (!wakeUp.isClosed) {
      const wait = await takeAll(outbox, producers).then(
        () => IDLE_MILLISECONDS,
        (thrown: unknown) => {
          report(MillraceError.wrap(thrown));
          return RETRY_MILLISECONDS;
        },
      );
      await wakeUp.wait(wait);
    }
  };
  const pumping = pump();
  return {
    ping: () => asking.ping('monitoring'),
    close: async () => {
      wakeUp.close();
      await stopListening();
      await pumping;
      await producers.close();
      await asking.close();
    },
  };
}

async function takeAll(outbox: Outbox, producers: Producers): Promise<void> {
  while ((await outbox.take(BATCH, (messages) => producers.publish(messages))) === BATCH);
}
