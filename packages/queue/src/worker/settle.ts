import { MillraceError, type LeasedJob } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { JobLedger } from '../job-ledger.ts';
import { WorkerStopped } from '../worker-stopped.ts';
import type { Heartbeat } from './heartbeat.ts';
import { retryDelaySeconds } from './retry-delay.ts';
import { untilReachable } from './until-reachable.ts';

export type Outcome = { readonly kind: 'SUCCEEDED'; readonly result: unknown } | { readonly kind: 'FAILED'; readonly error: MillraceError };

export interface SettleOptions {
  readonly leased: LeasedJob;
  readonly ledger: JobLedger;
  readonly logger: Logger;
  /** Aborted when there is no more time to write outcomes. */
  readonly abandoned: AbortSignal;
}

/**
 * Writes the log and then the outcome, so that whoever sees the outcome sees the whole log. Waits while the ledger cannot be reached.
 * The ledger puts a job that has begun to commit back into the queue whatever its attempt ended with: the next one looks for the commit.
 * An attempt that was overtaken writes no outcome; neither does a second try whose first one arrived although its answer was lost.
 */
export async function settle(
  outcome: Outcome,
  { leased: { lease, name, tries }, ledger, logger, abandoned }: SettleOptions,
  heartbeat: Heartbeat,
): Promise<void> {
  const write = async (): Promise<void> => {
    if (outcome.kind === 'SUCCEEDED') return ledger.succeed(lease, outcome.result);
    if (outcome.error.code === 'JOB_CANCELLED') return ledger.cancel(lease);
    if (outcome.error instanceof WorkerStopped) return ledger.giveBack(lease);
    return ledger.fail(lease, outcome.error.toJSON(), retryDelaySeconds(name, tries, outcome.error));
  };
  if (outcome.kind === 'FAILED') describe(outcome.error, heartbeat);
  await untilReachable(() => heartbeat.flush(), logger, abandoned);
  if (outcome.kind === 'FAILED' && outcome.error.code === 'STALE_ATTEMPT') {
    logger.info('job overtaken');
    return;
  }
  try {
    await untilReachable(write, logger, abandoned);
  } catch (thrown) {
    if (MillraceError.wrap(thrown).code !== 'STALE_ATTEMPT') throw thrown;
    logger.info('job settled elsewhere');
    return;
  }
  if (outcome.kind === 'SUCCEEDED') logger.info('job succeeded');
  else logger.warn('job ended without success', { error: outcome.error });
}

function describe(error: MillraceError, heartbeat: Heartbeat): void {
  const level = error.code === 'JOB_CANCELLED' || error.code === 'STALE_ATTEMPT' || error instanceof WorkerStopped ? 'WARN' : 'ERROR';
  const stack = error.code === 'INTERNAL' ? { stack: (error.cause instanceof Error ? error.cause : error).stack } : {};
  heartbeat.write(level, error.message, { code: error.code, retryable: error.retryable, ...error.fields, ...stack });
}
