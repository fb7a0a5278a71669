import { JOB_CATALOG, MillraceError, type LeasedJob } from '@millrace/contracts';
import type { JobContext, JobLog } from '../job-context.ts';
import { CommitOfAttempt } from './commit-of-attempt.ts';
import { Heartbeat } from './heartbeat.ts';
import { parseJobValue } from './parse-job-value.ts';
import { WorkerStopped } from '../worker-stopped.ts';
import { settle, type Outcome, type SettleOptions } from './settle.ts';

/** Any handler of the queue; which one goes with which name is checked where they are given. */
export type AnyHandler = (context: JobContext<never>) => Promise<unknown>;

export interface AttemptOptions extends SettleOptions {
  readonly handler: AnyHandler | undefined;
  readonly leaseSeconds: number;
  /** Aborted when the worker gives back what still runs. */
  readonly givingBack: AbortSignal;
}

/** What an attempt works with while it runs. */
interface Attempt {
  readonly heartbeat: Heartbeat;
  readonly commit: CommitOfAttempt;
  readonly signal: AbortSignal;
}

/** A handler that was told to stop has so long to do it; afterwards its attempt ends without it. */
const STOP_MILLISECONDS = 2000;

/** Runs one leased attempt to its outcome and writes that outcome. Never throws. */
export async function runAttempt(options: AttemptOptions): Promise<void> {
  const {
    leased: { lease, name },
    ledger,
    leaseSeconds,
    logger,
    givingBack,
  } = options;
  const stop = new AbortController();
  const commit = new CommitOfAttempt(ledger, lease);
  const interrupt = (reason: MillraceError): void => stop.abort(reason);
  const heartbeat = new Heartbeat({
    ledger,
    lease,
    leaseSeconds,
    logger,
    onAnswer: (answer) => {
      if (answer === 'LOST') interrupt(new MillraceError('STALE_ATTEMPT', `Attempt ${lease.attempt} of job ${lease.jobId} was overtaken.`));
      // An attempt that settles knows already; one that commits is to end what it began.
      if (answer === 'CANCEL_REQUESTED' && !commit.isBegun && options.leased.settling === null)
        interrupt(new MillraceError('JOB_CANCELLED', `Job ${lease.jobId} was cancelled.`));
    },
  });
  const { timeoutSeconds } = JOB_CATALOG[name];
  const timeout = setTimeout(
    () => interrupt(new MillraceError('TIMEOUT', `The job ran longer than the ${timeoutSeconds} s that ${name} may take.`, { fields: { timeoutSeconds } })),
    timeoutSeconds * 1000,
  );
  const giveBack = (): void => interrupt(new WorkerStopped());
  givingBack.addEventListener('abort', giveBack);
  if (givingBack.aborted) giveBack();
  try {
    const outcome = await outcomeOf(options, { heartbeat, commit, signal: stop.signal });
    await heartbeat.stop();
    await settle(outcome, options, heartbeat);
  } catch (error) {
    logger.error('outcome could not be written', { error });
  } finally {
    await heartbeat.stop();
    clearTimeout(timeout);
    givingBack.removeEventListener('abort', giveBack);
  }
}

/** What the handler returned counts even when it was told to stop meanwhile; an error of a stopped handler is the reason it was stopped for. */
async function outcomeOf({ leased, handler, ledger }: AttemptOptions, { heartbeat, commit, signal }: Attempt): Promise<Outcome> {
  try {
    if (handler === undefined) throw new MillraceError('INTERNAL', `This worker has no handler for ${leased.name}.`, { retryable: false });
    const payload = parseJobValue(leased.name, 'payload', leased.payload);
    const work = handler(contextOf(leased, payload, { heartbeat, commit, signal }) as JobContext<never>);
    const result = await Promise.race([work, ignoredStop(signal)]);
    return { kind: 'SUCCEEDED', result: parseJobValue(leased.name, 'result', result) };
  } catch (thrown) {
    return { kind: 'FAILED', error: signal.aborted ? (signal.reason as MillraceError) : (ledger.knownError?.(thrown) ?? MillraceError.wrap(thrown)) };
  }
}

function contextOf(
  { lease, workspaceId, retriedAfter, tries, settling }: LeasedJob,
  payload: unknown,
  { heartbeat, commit, signal }: Attempt,
): Omit<JobContext, 'payload'> & { payload: unknown } {
  const log: JobLog = {
    debug: (message, fields) => heartbeat.write('DEBUG', message, fields),
    info: (message, fields) => heartbeat.write('INFO', message, fields),
    warn: (message, fields) => heartbeat.write('WARN', message, fields),
    error: (message, fields) => heartbeat.write('ERROR', message, fields),
  };
  const progress = (fraction: number, note?: string): void => heartbeat.progress(fraction, note);
  const of = { jobId: lease.jobId, workspaceId, attempt: lease.attempt, lease, retriedAfter, tries, settling, payload };
  return { ...of, signal, log, progress, beginCommit: () => commit.begin(), abandonCommit: () => commit.abandon() };
}

/** Rejects some time after the stop, for handlers that do not heed it. */
function ignoredStop(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const arm = (): void => {
      setTimeout(() => reject(signal.reason as MillraceError), STOP_MILLISECONDS).unref();
    };
    if (signal.aborted) arm();
    else signal.addEventListener('abort', arm, { once: true });
  });
}
