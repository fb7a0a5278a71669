import { MillraceError, type JobPayload } from '@millrace/contracts';
import { createLogger } from '@millrace/service-kit';
import { describe, expect, it } from 'vitest';
import { MemoryLedger } from '../fixtures/memory-ledger.fixture.ts';
import type { JobContext, JobHandler } from '../job-context.ts';
import { runAttempt } from './run-attempt.ts';

const logger = createLogger({ service: 'test', level: 'silent' });
const RESULT = { datasetVersionId: 'dsv_1', rowsLoaded: 3, rowsQuarantined: 0 };

interface Given {
  readonly payload?: unknown;
  readonly attempt?: number;
  readonly givingBack?: AbortSignal;
  readonly leaseSeconds?: number;
  readonly tries?: number;
}

async function attemptOf(ledger: MemoryLedger, handler: JobHandler<'run-pipeline'>, given: Given = {}): Promise<void> {
  await runAttempt({
    leased: {
      lease: { jobId: 'job_1', attempt: given.attempt ?? 1, holder: 'w' },
      workspaceId: 'ws_1',
      name: 'run-pipeline',
      payload: given.payload ?? { pipelineRunId: 'prun_1' },
      retriedAfter: 0,
      tries: given.tries ?? given.attempt ?? 1,
      settling: null,
    },
    handler,
    ledger,
    logger,
    leaseSeconds: given.leaseSeconds ?? 30,
    givingBack: given.givingBack ?? new AbortController().signal,
    abandoned: new AbortController().signal,
  });
}

function untilAborted({ signal }: JobContext<'run-pipeline'>): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

describe('an attempt', () => {
  it('hands over the parsed payload and keeps the result', async () => {
    const ledger = new MemoryLedger();
    let seen: JobPayload<'run-pipeline'> | undefined;
    await attemptOf(
      ledger,
      async ({ payload }) => {
        seen = payload;
        return RESULT;
      },
      { payload: { pipelineRunId: 'prun_1', unknown: 1 } },
    );
    expect(seen).toEqual({ pipelineRunId: 'prun_1' });
    expect(ledger).toMatchObject({ written: ['succeeded'], result: RESULT });
  });

  it('with a payload that the catalog does not know fails for good without beginning', async () => {
    const ledger = new MemoryLedger();
    let began = false;
    await attemptOf(
      ledger,
      async () => {
        began = true;
        return RESULT;
      },
      { payload: { pipelineRunId: 7 } },
    );
    expect(began).toBe(false);
    expect(ledger).toMatchObject({ error: { code: 'PAYLOAD_INVALID', retryable: false }, retryInSeconds: undefined });
    expect(ledger.error?.message).toContain('pipelineRunId');
  });

  it('with a result that the catalog does not know fails for good', async () => {
    const ledger = new MemoryLedger();
    await attemptOf(ledger, async () => ({ ...RESULT, rowsLoaded: -1 }));
    expect(ledger).toMatchObject({ error: { code: 'INTERNAL', retryable: false }, retryInSeconds: undefined });
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, undefined],
  ])('number %i that fails retryably is tried again after %s s', async (attempt, retryInSeconds) => {
    const ledger = new MemoryLedger();
    await attemptOf(
      ledger,
      async () => {
        throw new MillraceError('COMMIT_CONFLICT', 'Somebody else committed.');
      },
      { attempt },
    );
    expect(ledger).toMatchObject({ error: { code: 'COMMIT_CONFLICT' }, retryInSeconds });
  });

  it('that fails keeps its log, written before the outcome, with the error as its last line', async () => {
    const ledger = new MemoryLedger();
    await attemptOf(ledger, async ({ log }) => {
      log.info('rows read', { rows: 3n, circle: undefined });
      throw new MillraceError('SQL_INVALID', 'No column "x" (line 1, column 8).', { fields: { line: 1 } });
    });
    expect(ledger.written).toEqual(['log', 'failed']);
    expect(ledger.lines.map(({ level, message, fields }) => ({ level, message, fields }))).toEqual([
      { level: 'INFO', message: 'rows read', fields: { rows: '3' } },
      { level: 'ERROR', message: 'No column "x" (line 1, column 8).', fields: { code: 'SQL_INVALID', retryable: false, line: 1 } },
    ]);
    expect(ledger.retryInSeconds).toBeUndefined();
  });

  it('that failed because of the database says so in the words of the ledger', async () => {
    const ledger = Object.assign(new MemoryLedger(), {
      knownError: (thrown: unknown) => (thrown instanceof RangeError ? new MillraceError('UNAVAILABLE', 'The disk of the database is full.') : undefined),
    });
    await attemptOf(ledger, () => Promise.reject(new RangeError('53100')));
    expect(ledger.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await attemptOf(ledger, () => Promise.reject(new Error('no')));
    expect(ledger.error).toMatchObject({ code: 'INTERNAL', message: 'no' });
  });

  it('that is to be cancelled is told so and ends cancelled', async () => {
    const ledger = new MemoryLedger();
    ledger.answer = 'CANCEL_REQUESTED';
    await attemptOf(ledger, async (context) => {
      context.progress(0.1);
      return untilAborted(context);
    });
    expect(ledger.written.at(-1)).toBe('cancelled');
  });

  it('that does not heed the wish to cancel ends cancelled all the same', async () => {
    const ledger = new MemoryLedger();
    ledger.answer = 'CANCEL_REQUESTED';
    await attemptOf(ledger, ({ progress }) => {
      progress(0.1);
      return new Promise(() => {});
    });
    expect(ledger.written.at(-1)).toBe('cancelled');
  });

  it('that has begun to commit is not told of a wish to cancel, and its result counts', async () => {
    const ledger = new MemoryLedger();
    ledger.answer = 'CANCEL_REQUESTED';
    await attemptOf(ledger, async ({ beginCommit, progress, signal }) => {
      await beginCommit();
      const told = new Promise<void>((resolve) => {
        ledger.onRenew = () => resolve();
      });
      progress(0.5);
      await told;
      expect(signal.aborted).toBe(false);
      return RESULT;
    });
    expect(ledger.written).toEqual(['commit begun', 'succeeded']);
  });

  it('that abandoned its commit ends as what it threw says', async () => {
    const ledger = new MemoryLedger();
    await attemptOf(ledger, async ({ beginCommit, abandonCommit }) => {
      await beginCommit();
      await abandonCommit();
      throw new MillraceError('JOB_CANCELLED', 'Somebody wanted it to stop.');
    });
    expect(ledger.written.filter((what) => what !== 'log')).toEqual(['commit begun', 'commit abandoned', 'cancelled']);
  });

  it('of a job that was run again by hand has the attempts of the catalog before it again', async () => {
    const ledger = new MemoryLedger();
    await attemptOf(
      ledger,
      async () => {
        throw new MillraceError('COMMIT_CONFLICT', 'Somebody else committed.');
      },
      { attempt: 5, tries: 2 },
    );
    expect(ledger.retryInSeconds).toBe(2);
  });

  it('that was overtaken writes no outcome', async () => {
    const ledger = new MemoryLedger();
    ledger.answer = 'LOST';
    await attemptOf(ledger, async (context) => {
      context.progress(0.1);
      return untilAborted(context);
    });
    expect(ledger.written.filter((what) => what !== 'log')).toEqual([]);
  });

  it('whose worker is stopped is given back', async () => {
    const ledger = new MemoryLedger();
    const worker = new AbortController();
    await attemptOf(
      ledger,
      (context) => {
        const stopped = untilAborted(context);
        worker.abort();
        return stopped;
      },
      { givingBack: worker.signal },
    );
    expect(ledger.written.filter((what) => what !== 'log')).toEqual(['given back']);
  });

  it('writes its outcome after the database is back', async () => {
    const ledger = new MemoryLedger();
    ledger.outages = 2;
    await attemptOf(ledger, async ({ log }) => {
      log.info('done');
      return RESULT;
    });
    expect(ledger.written).toEqual(['log', 'succeeded']);
  });

  it('carries its progress to the row while it runs', async () => {
    const ledger = new MemoryLedger();
    const reached = new Promise<number>((resolve) => {
      ledger.onRenew = resolve;
    });
    await attemptOf(ledger, async ({ progress }) => {
      progress(0.25, 'reading');
      expect(await reached).toBe(0.25);
      return RESULT;
    });
    expect(ledger.written).toEqual(['succeeded']);
  });
});
