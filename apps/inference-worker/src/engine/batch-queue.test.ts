import { expect, test } from 'vitest';
import { BatchQueue } from './batch-queue.ts';
import type { NamedTensors } from './tensor.ts';

const row = (value: number): NamedTensors => ({ x: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(value) } });

/** A queue over a model that gives its input back and cannot run a negative number. It keeps the sizes of its runs. */
function queueOver(batchable = true, maximumBatchRows = 4): { queue: BatchQueue; runs: number[] } {
  const runs: number[] = [];
  const execute = async (inputs: NamedTensors): Promise<NamedTensors> => {
    const values = Array.from(inputs['x']?.data ?? [], Number);
    runs.push(values.length);
    if (values.some((value) => value < 0)) throw new Error('negative');
    return inputs;
  };
  return { queue: new BatchQueue({ execute, batchable, limits: { maximumBatchRows, maximumQueuedRows: 100 } }), runs };
}

test('requests that arrive together leave together, up to the maximum of rows', async () => {
  const { queue, runs } = queueOver();
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((value) => queue.submit(row(value), 1)));
  expect(answers.map((outputs) => outputs['x']?.data[0])).toEqual([1, 2, 3, 4, 5, 6]);
  expect(runs).toEqual([4, 2]);
});

test('a request that cannot be run does not fail its neighbours', async () => {
  const { queue, runs } = queueOver();
  const [first, bad, last] = await Promise.allSettled([queue.submit(row(1), 1), queue.submit(row(-1), 1), queue.submit(row(3), 1)]);
  expect([first.status, bad.status, last.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(runs).toEqual([3, 1, 1, 1]);
});

test('a model with a fixed first dimension runs each request alone', async () => {
  const { queue, runs } = queueOver(false);
  await Promise.all([1, 2, 3].map((value) => queue.submit(row(value), 1)));
  expect(runs).toEqual([1, 1, 1]);
});

test('requests of another trailing shape do not share a run', async () => {
  const { queue, runs } = queueOver();
  const wide: NamedTensors = { x: { datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) } };
  await Promise.all([queue.submit(row(1), 1), queue.submit(wide, 1), queue.submit(wide, 1)]);
  expect(runs).toEqual([1, 4]);
});

test('draining waits for everything that was submitted', async () => {
  const { queue, runs } = queueOver();
  const answers = [1, 2, 3, 4, 5].map((value) => queue.submit(row(value), 1));
  await queue.drain();
  expect(runs).toEqual([4, 1]);
  await Promise.all(answers);
});
