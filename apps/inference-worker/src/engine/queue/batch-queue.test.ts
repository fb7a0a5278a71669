import { MillraceError } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { BatchQueue, type BatchQueueOptions } from './batch-queue.ts';
import type { BatchRunner } from './batch-runner.ts';
import { LOWEST_PRIORITY, type RunRequest } from '../run-request.ts';
import { StatisticsRecorder } from '../statistics/statistics-recorder.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

/** A session that gives its input back and cannot run a negative number. It keeps the values of its runs; while it is held, runs do not end. */
class EchoRunner implements BatchRunner {
  readonly runs: number[][] = [];
  readonly held: (() => void)[] = [];
  isFree = true;
  hold = false;

  async run(requests: readonly NamedTensors[]): Promise<{ outputs: NamedTensors; times: { input: number; infer: number; output: number } }> {
    const values = requests.flatMap((request) => Array.from(request['x']?.data ?? [], Number));
    this.runs.push(values);
    this.isFree = false;
    if (this.hold)
      await new Promise<void>((resolve) => {
        this.held.push(resolve);
      });
    this.isFree = true;
    if (values.some((value) => value < 0)) throw new MillraceError('MODEL_INVALID', 'negative');
    const width = requests[0]?.['x']?.shape[1] ?? 1;
    const x = { datatype: 'FP32', shape: [values.length / width, width], data: Float32Array.from(values) } as const;
    return { outputs: { x }, times: { input: 0, infer: 1, output: 0 } };
  }

  release(): void {
    this.hold = false;
    for (const resolve of this.held.splice(0)) resolve();
  }
}

function queueOver(options: Partial<BatchQueueOptions> = {}) {
  const runner = new EchoRunner();
  const statistics = new StatisticsRecorder();
  const limits = { maximumBatchRows: 4, maximumQueuedRows: 100 };
  return { queue: new BatchQueue({ runners: [runner], limits, statistics, ...options }), runner, statistics };
}

const request = (value: number, more: Partial<RunRequest> = {}): RunRequest => ({
  inputs: { x: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(value) } },
  rows: 1,
  ...more,
});

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('requests that arrive together leave together, up to the maximum of rows', async () => {
  const { queue, runner } = queueOver();
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((value) => queue.submit(request(value))));
  expect(answers.map((outputs) => outputs['x']?.data[0])).toEqual([1, 2, 3, 4, 5, 6]);
  expect(runner.runs).toEqual([
    [1, 2, 3, 4],
    [5, 6],
  ]);
});

test('a request that cannot be run does not fail its neighbours', async () => {
  const { queue, statistics } = queueOver({ limits: { maximumBatchRows: 8, maximumQueuedRows: 100 } });
  const answers = await Promise.allSettled([1, 2, -3, 4, 5, 6, 7].map((value) => queue.submit(request(value))));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(statistics.counts).toEqual({ requests: 7, errors: 1, rows: 6 });
});

test('a queue is drained when the parts of a batch that failed have run as well', async () => {
  const { queue, runner } = queueOver();
  runner.hold = true;
  const answers = Promise.allSettled([1, -2, 3].map((value) => queue.submit(request(value))));
  await turn();
  const runs = queue.drain().then(() => [...runner.runs]);
  runner.release();
  expect(await runs).toEqual([[1, -2, 3], [1], [-2], [3]]);
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a request larger than a batch runs alone', async () => {
  const { queue, runner } = queueOver();
  const large: RunRequest = { inputs: { x: { datatype: 'FP32', shape: [9, 1], data: new Float32Array(9).fill(7) } }, rows: 9 };
  await Promise.all([queue.submit(request(1)), queue.submit(large), queue.submit(request(2))]);
  expect(runner.runs.map((values) => values.length)).toEqual([1, 9, 1]);
});

test('a model with a fixed first dimension runs each request alone', async () => {
  const { queue, runner } = queueOver({ unbatchedReason: 'fixed' });
  await Promise.all([1, 2, 3].map((value) => queue.submit(request(value))));
  expect(runner.runs).toEqual([[1], [2], [3]]);
});

test('requests of another trailing shape do not share a run', async () => {
  const { queue, runner } = queueOver();
  const wide: RunRequest = { inputs: { x: { datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) } }, rows: 1 };
  await Promise.all([queue.submit(request(1)), queue.submit(wide), queue.submit(wide)]);
  expect(runner.runs).toEqual([[1], [1, 2, 1, 2]]);
});

test('a higher priority goes first, equal ones in the order of their arrival, copies for a shadow last', async () => {
  const { queue, runner } = queueOver({ limits: { maximumBatchRows: 1, maximumQueuedRows: 100 } });
  const order = [
    request(1, { priority: LOWEST_PRIORITY }),
    request(2, { priority: 500 }),
    request(3),
    request(4, { priority: 0 }),
    request(5, { priority: 2 }),
    request(6, { priority: 1 }),
    request(7, { priority: 1 }),
  ];
  await Promise.all(order.map((entry) => queue.submit(entry)));
  expect(runner.runs.flat()).toEqual([6, 7, 5, 3, 4, 2, 1]);
});

test('a batch leaves before the time of one of its requests is up, however long it might wait for more', async () => {
  const { queue, runner } = queueOver({ delayMilliseconds: 60_000 });
  const patient = queue.submit(request(1));
  await turn();
  await Promise.all([patient, queue.submit(request(2, { timeoutMicroseconds: 200_000 }))]);
  expect(runner.runs).toEqual([[1, 2]]);
  const { queue: limited } = queueOver({ delayMilliseconds: 60_000, timeoutMilliseconds: 200 });
  expect((await limited.submit(request(3)))['x']?.data).toEqual(Float32Array.of(3));
});

test('a request whose time is up is answered while a run is in progress', async () => {
  const { queue, runner, statistics } = queueOver({ timeoutMilliseconds: 60_000 });
  runner.hold = true;
  const running = queue.submit(request(1));
  await turn();
  const patient = queue.submit(request(2));
  await expect(queue.submit(request(3, { timeoutMicroseconds: 2000 }))).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
  expect(runner.held).toHaveLength(1);
  runner.release();
  await Promise.all([running, patient]);
  expect(runner.runs).toEqual([[1], [2]]);
  expect(statistics.report(0).sheds).toMatchObject({ timeout: 1 });
});

test('the limit of the queue holds for a request that names no timeout', async () => {
  const { queue, runner } = queueOver({ timeoutMilliseconds: 2 });
  runner.hold = true;
  const running = queue.submit(request(1, { timeoutMicroseconds: 60_000_000 }));
  await turn();
  await expect(queue.submit(request(2))).rejects.toMatchObject({ code: 'TIMEOUT' });
  runner.release();
  await running;
});

test('of many deadlines in any order each is kept, and what has none is run', async () => {
  const { queue, runner, statistics } = queueOver({ limits: { maximumBatchRows: 100, maximumQueuedRows: 1000 } });
  runner.hold = true;
  const running = queue.submit(request(0));
  await turn();
  const answers = Promise.allSettled(
    Array.from({ length: 200 }, (_, i) => queue.submit(request(i, i % 2 === 0 ? {} : { timeoutMicroseconds: 1000 * (1 + ((i * 7919) % 13)) }))),
  );
  while (statistics.report(0).sheds.timeout < 100) await turn();
  runner.release();
  expect((await answers).map(({ status }) => status)).toEqual(Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')));
  await running;
  expect(queue.rowsWaiting).toBe(0);
});

test('work whose client has gone is dropped before it runs', async () => {
  const { queue, runner, statistics } = queueOver();
  const client = { gone: false };
  const answers = Promise.allSettled([queue.submit(request(1, { client })), queue.submit(request(2))]);
  client.gone = true;
  expect(await answers).toMatchObject([{ status: 'rejected', reason: { code: 'CANCELLED' } }, { status: 'fulfilled' }]);
  expect(runner.runs).toEqual([[2]]);
  expect(statistics.report(0).sheds.client_gone).toBe(1);
});

test('a full queue refuses by rows and by bytes, counts both, and makes room of those whose client has gone', async () => {
  const { queue, runner, statistics } = queueOver({ limits: { maximumBatchRows: 1, maximumQueuedRows: 3, maximumQueuedBytes: 16 } });
  runner.hold = true;
  const running = queue.submit(request(1));
  await turn();
  const client = { gone: false };
  const waiting = [queue.submit(request(2)), queue.submit(request(3, { client })), queue.submit(request(4))];
  await expect(queue.submit(request(5))).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true, fields: { unit: 'rows', waiting: 3, limit: 3 } });
  client.gone = true;
  const begin = performance.now();
  while (performance.now() - begin < 12) await turn();
  const wide: RunRequest = { inputs: { x: { datatype: 'FP32', shape: [1, 3], data: new Float32Array(3) } }, rows: 1 };
  await expect(queue.submit(wide)).rejects.toMatchObject({ code: 'UNAVAILABLE', fields: { unit: 'bytes', waiting: 8, limit: 16 } });
  await expect(waiting[1]).rejects.toMatchObject({ code: 'CANCELLED' });
  runner.release();
  await Promise.all([running, waiting[0], waiting[2]]);
  expect(statistics.report(0).sheds).toMatchObject({ queue_full_rows: 1, queue_full_bytes: 1, client_gone: 1 });
});

test('with a delay a batch leaves when it is full, or when its oldest has waited long enough', async () => {
  const { queue, runner } = queueOver({ delayMilliseconds: 3 });
  await Promise.all([1, 2].map((value) => queue.submit(request(value))));
  const full = [3, 4, 5, 6].map((value) => queue.submit(request(value)));
  await turn();
  expect(runner.runs).toEqual([
    [1, 2],
    [3, 4, 5, 6],
  ]);
  await Promise.all(full);
});

test('draining does not wait for a delay, and waits for everything that was submitted', async () => {
  const { queue, runner } = queueOver({ delayMilliseconds: 60_000 });
  const answers = [1, 2, 3, 4, 5].map((value) => queue.submit(request(value)));
  await queue.drain();
  expect(runner.runs.map((values) => values.length)).toEqual([4, 1]);
  await Promise.all(answers);
});

test('two sessions run side by side, and the next batch goes to the one that is free', async () => {
  const [first, second] = [new EchoRunner(), new EchoRunner()];
  const { queue } = queueOver({ runners: [first, second], limits: { maximumBatchRows: 1, maximumQueuedRows: 100 } });
  first.hold = true;
  const slow = queue.submit(request(1));
  await turn();
  await Promise.all([2, 3].map((value) => queue.submit(request(value))));
  expect([first.runs, second.runs]).toEqual([[[1]], [[2], [3]]]);
  first.release();
  await slow;
});

test('a session that ended fails what it was running and nothing that waits', async () => {
  const { queue, runner } = queueOver();
  runner.hold = true;
  const run = runner.run.bind(runner);
  runner.run = async (requests) => {
    await run(requests);
    throw new MillraceError('UNAVAILABLE', 'the session thread ended');
  };
  const lost = Promise.allSettled([queue.submit(request(1)), queue.submit(request(2))]);
  await turn();
  const waiting = queue.submit(request(3));
  runner.run = run;
  runner.release();
  expect(await lost).toMatchObject([{ reason: { code: 'UNAVAILABLE' } }, { reason: { code: 'UNAVAILABLE' } }]);
  expect((await waiting)['x']?.data).toEqual(Float32Array.of(3));
});

test('a closed queue refuses what waits and what comes', async () => {
  const { queue, runner, statistics } = queueOver();
  runner.isFree = false;
  const waiting = queue.submit(request(1));
  queue.close(new MillraceError('UNAVAILABLE', 'gone'));
  await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'gone' });
  await expect(queue.submit(request(2))).rejects.toMatchObject({ message: 'gone' });
  expect(statistics.report(0).sheds.unloaded).toBe(2);
});

test('statistics count requests, rows, runs and batch sizes', async () => {
  const { queue, statistics } = queueOver();
  await Promise.all([1, 2, 3, 4, 5].map((value) => queue.submit(request(value))));
  const report = statistics.report(queue.rowsWaiting);
  expect(report).toMatchObject({ inferenceCount: 5, executionCount: 2, success: { count: 5 }, fail: { count: 0 }, queue: { count: 5 }, queuedRows: 0 });
  expect(report.computeInfer).toEqual({ count: 5, nanoseconds: 5e6 });
  expect(report.batches.map(({ rows, computeInfer }) => [rows, computeInfer.count])).toEqual([
    [1, 1],
    [4, 1],
  ]);
});
