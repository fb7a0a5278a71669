import { MillraceError } from '@millrace/contracts';
import { OutboxRow, type Lease } from '@millrace/db';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { JobBench, RESULT, type PipelineHandler, type QueueUnderTest } from './job-bench.ts';
import { startDoomedWorker } from './doomed-worker.ts';

/** What a handler of a test is told from outside. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const opening = new AbortController();
  const opened = new Promise<void>((resolve) => {
    opening.signal.addEventListener('abort', () => resolve());
  });
  return { opened, open: () => opening.abort() };
}

/** What must hold on every queue. */
export function describeJobs(kind: string, openQueue: (postgresUrl: string) => Promise<QueueUnderTest>): void {
  describe(`jobs on ${kind}`, () => {
    let bench: JobBench;
    beforeAll(async () => {
      bench = await JobBench.open(openQueue);
    });
    afterEach(() => bench.clear());
    afterAll(() => bench.close());

    const effectful: PipelineHandler = async ({ lease }) => {
      await bench.effect(lease);
      return RESULT;
    };

    it('a job is delivered once and keeps its result', async () => {
      await bench.startRelay();
      await bench.startWorker(effectful);
      const jobs = await Promise.all(Array.from({ length: 20 }, () => bench.enqueue()));
      for (const { id } of jobs) {
        expect(await bench.ended(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 1, progress: 1, result: RESULT, leaseHolder: null });
        expect(await bench.effects(id)).toEqual([1]);
      }
    });

    it('two deliveries of one job have one effect', async () => {
      const second = gate();
      await bench.startRelay();
      await bench.startWorker(async (context) => {
        await second.opened;
        return effectful(context);
      });
      const { id } = await bench.enqueue();
      await bench.job(id, ({ status }) => status === 'RUNNING');
      await bench.dataSource.manager.insert(OutboxRow, { jobId: id, queue: 'etl', name: 'run-pipeline' });
      const other = await bench.enqueue();
      second.open();
      await bench.ended(other.id);
      expect(await bench.ended(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
      expect(await bench.effects(id)).toEqual([1]);
    });

    it('an attempt that was overtaken cannot write', async () => {
      const { id } = await bench.enqueue();
      const stale = await bench.ledger.lease(id, 'a worker that sleeps', 0);
      await bench.startRelay();
      await bench.startWorker(effectful);
      expect(await bench.ended(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
      const lease = stale?.lease ?? ({} as Lease);
      const refused = expect.objectContaining({ code: 'STALE_ATTEMPT' }) as unknown;
      await expect(bench.effect(lease)).rejects.toEqual(refused);
      await expect(bench.ledger.succeed(lease, RESULT)).rejects.toEqual(refused);
      expect(await bench.ledger.renew(lease, 30, { progress: 0.5, note: undefined })).toBe('LOST');
      expect(await bench.effects(id)).toEqual([2]);
    });

    it('a retryable failure comes back after its backoff', async () => {
      await bench.startRelay();
      await bench.startWorker(async (context) => {
        if (context.attempt < 3) throw new MillraceError('COMMIT_CONFLICT', 'Somebody else committed.');
        return effectful(context);
      });
      const { id } = await bench.enqueue();
      expect(await bench.ended(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 3, error: null });
      const deliveries = await bench.dataSource.manager.find(OutboxRow, { where: { jobId: id }, order: { id: 'ASC' } });
      expect(deliveries.map(({ delayMilliseconds }) => delayMilliseconds)).toEqual([0, 1000, 2000]);
      expect(await bench.effects(id)).toEqual([3]);
    });

    it('a failure for good keeps the reason and the log', async () => {
      await bench.startRelay();
      await bench.startWorker(async ({ log }) => {
        log.info('query planned', { tables: 1 });
        throw new MillraceError('SQL_INVALID', 'There is no column "delai" (line 2, column 8).', { fields: { line: 2, column: 8 } });
      });
      const { id } = await bench.enqueue();
      expect(await bench.ended(id)).toMatchObject({ status: 'FAILED', attempt: 1, error: { code: 'SQL_INVALID', fields: { line: 2, column: 8 } } });
      expect((await bench.log(id)).map(({ level, message }) => ({ level, message }))).toEqual([
        { level: 'INFO', message: 'query planned' },
        { level: 'ERROR', message: 'There is no column "delai" (line 2, column 8).' },
      ]);
    });

    it('a running job that is cancelled is stopped and ends cancelled', async () => {
      const told: unknown[] = [];
      await bench.startRelay();
      await bench.startWorker(
        ({ signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              told.push((signal.reason as MillraceError).code);
              reject(signal.reason as MillraceError);
            });
          }),
        { leaseSeconds: 1 },
      );
      const { id } = await bench.enqueue();
      await bench.job(id, ({ status }) => status === 'RUNNING');
      await bench.ledger.requestCancel(id);
      expect(await bench.ended(id)).toMatchObject({ status: 'CANCELLED', attempt: 1 });
      expect(told).toEqual(['JOB_CANCELLED']);
    });

    it('a queued job that is cancelled never begins', async () => {
      const begun: string[] = [];
      const { id } = await bench.enqueue();
      await bench.ledger.requestCancel(id);
      await bench.startRelay();
      await bench.startWorker(async ({ jobId }) => {
        begun.push(jobId);
        return RESULT;
      });
      const other = await bench.enqueue();
      await bench.ended(other.id);
      expect(begun).toEqual([other.id]);
    });

    it('a queue that lost everything is filled again', async () => {
      const relay = await bench.startRelay();
      const { id } = await bench.enqueue();
      await bench.delivered(id);
      await relay.close();
      await bench.queue.lose();
      await bench.startRelay();
      bench.startSweeper(0);
      await bench.startWorker(effectful);
      expect(await bench.ended(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
      expect(await bench.effects(id)).toEqual([1]);
    });

    it('a job of a worker that closes goes back and ends on another', async () => {
      await bench.startRelay();
      const first = await bench.startWorker(
        ({ signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as MillraceError));
          }),
      );
      const { id } = await bench.enqueue();
      await bench.job(id, ({ status }) => status === 'RUNNING');
      await first.close();
      await bench.startWorker(effectful);
      expect(await bench.ended(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
    });

    it('a worker that is killed in the middle of a run: the run ends on another, with one effect', async () => {
      await bench.startRelay();
      const doomed = await startDoomedWorker({ databaseUrl: bench.postgres.url, queueUrl: bench.queue.url, leaseSeconds: 2 });
      const { id } = await bench.enqueue();
      await doomed.isWriting;
      await doomed.kill();
      bench.startSweeper(60);
      await bench.startWorker(effectful, { leaseSeconds: 2 });
      expect(await bench.ended(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 2, result: RESULT });
      expect(await bench.effects(id)).toEqual([2]);
    });

    it('a queue whose connections all break in the middle of a run is taken up again', async () => {
      const broken = gate();
      await bench.startRelay();
      await bench.startWorker(async (context) => {
        await broken.opened;
        return effectful(context);
      });
      const { id } = await bench.enqueue();
      await bench.job(id, ({ status }) => status === 'RUNNING');
      await bench.queue.disconnect();
      // The connections of this test may have been among them.
      const later = await vi.waitFor(() => bench.enqueue());
      broken.open();
      for (const job of [{ id }, later]) {
        expect(await bench.ended(job.id)).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
        expect(await bench.effects(job.id)).toEqual([1]);
      }
    });

    it('PostgreSQL restarted in the middle of a run: everybody reconnects, the run ends, later ones run', async () => {
      const restarted = gate();
      await bench.startRelay();
      bench.startSweeper(60);
      await bench.startWorker(async (context) => {
        context.log.info('half done');
        if (context.attempt === 1) await restarted.opened;
        return effectful(context);
      });
      const { id } = await bench.enqueue();
      await bench.job(id, ({ status }) => status === 'RUNNING');
      await bench.postgres.restart();
      restarted.open();
      expect(await bench.ended(id)).toMatchObject({ status: 'SUCCEEDED' });
      expect(await bench.effects(id)).toHaveLength(1);
      const later = await bench.enqueue();
      expect(await bench.ended(later.id)).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
      expect(await bench.effects(later.id)).toEqual([1]);
    });
  });
}
