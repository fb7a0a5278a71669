import { setTimeout as delay } from 'node:timers/promises';
import { MillraceError, type QueueName } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { openBackend, type Delivery } from '../bullmq/queue-backend.ts';
import { reportTrouble } from '../report-trouble.ts';
import type { JobHandlers } from '../job-context.ts';
import type { JobLedger } from '../job-ledger.ts';
import { runAttempt, type AnyHandler } from './run-attempt.ts';
import { untilReachable } from './until-reachable.ts';

export interface JobWorkerOptions<Queue extends QueueName> {
  readonly queue: Queue;
  readonly queueUrl: string;
  readonly handlers: JobHandlers<Queue>;
  readonly ledger: JobLedger;
  readonly concurrency: number;
  /** How long a job stays with a worker that gives no sign of life. */
  readonly leaseSeconds: number;
  readonly logger: Logger;
  /** Names this worker in the rows: unique among all that run. */
  readonly holder: string;
}

export interface JobWorker {
  /** Takes no more; lets what runs end for 2 s, then stops it and gives it back to the queue. Within 5.5 s in all. */
  close(): Promise<void>;
}

const FINISH_MILLISECONDS = 2000;
const GIVE_BACK_MILLISECONDS = 2500;
const CLOSE_MILLISECONDS = 1000;

/**
 * Takes deliveries from the queue and runs the jobs whose rows it can lease; a delivery of a row that is taken, finished or
 * cancelled is dropped. A job runs at least once and has one outcome: the row decides, the queue only delivers.
 * @throws MillraceError `UNAVAILABLE` when the queue cannot be reached at the start
 */
export async function startJobWorker<Queue extends QueueName>(options: JobWorkerOptions<Queue>): Promise<JobWorker> {
  const { queue, leaseSeconds, ledger, holder, concurrency } = options;
  const logger = options.logger.child({ queue });
  const handlers = options.handlers as Readonly<Record<string, AnyHandler | undefined>>;
  const givingBack = new AbortController();
  const abandoned = new AbortController();
  const running = new Set<Promise<void>>();

  const handle = async ({ jobId }: Delivery): Promise<void> => {
    const leased = await untilReachable(() => ledger.lease(jobId, holder, leaseSeconds), logger, givingBack.signal);
    if (leased === undefined) {
      logger.debug('delivery dropped', { jobId });
      return;
    }
    const jobLogger = logger.child({ jobId, job: leased.name, attempt: leased.lease.attempt });
    jobLogger.info('job started');
    await runAttempt({
      leased,
      handler: handlers[leased.name],
      ledger,
      leaseSeconds,
      logger: jobLogger,
      givingBack: givingBack.signal,
      abandoned: abandoned.signal,
    });
  };
  const take = async (delivery: Delivery): Promise<void> => {
    const run = handle(delivery).catch((error: unknown) =>
      logger.warn('delivery not handled', { jobId: delivery.jobId, reason: MillraceError.wrap(error).message }),
    );
    running.add(run);
    await run;
    running.delete(run);
  };

  const taker = openBackend(options.queueUrl).createTaker(queue, { take, concurrency, lockSeconds: leaseSeconds, onError: reportTrouble(logger) });
  try {
    await taker.waitUntilReady();
  } catch (cause) {
    await Promise.race([taker.close(true), delay(CLOSE_MILLISECONDS)]);
    throw new MillraceError('UNAVAILABLE', `The queue cannot be reached: ${MillraceError.wrap(cause).message}.`, { cause });
  }

  const allEnded = async (): Promise<void> => void (await Promise.all(running));
  return {
    close: async () => {
      await taker.pause(true);
      await Promise.race([allEnded(), delay(FINISH_MILLISECONDS)]);
      givingBack.abort();
      await Promise.race([allEnded(), delay(GIVE_BACK_MILLISECONDS)]);
      abandoned.abort();
      await Promise.race([taker.close(running.size > 0), delay(CLOSE_MILLISECONDS)]);
    },
  };
}
