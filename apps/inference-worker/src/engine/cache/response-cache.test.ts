import { expect, test } from 'vitest';
import { hashInputs } from './hash-inputs.ts';
import { ResponseCache } from './response-cache.ts';
import type { RunRequest } from '../run-request.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

const inputs = (value: number, name = 'x'): NamedTensors => ({ [name]: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(value) } });
const bits = (pattern: number): NamedTensors => ({
  x: { datatype: 'FP32', shape: [1, 1], data: new Float32Array(new Uint32Array([pattern]).buffer) },
});
const texts = (...data: string[]): NamedTensors => ({ x: { datatype: 'BYTES', shape: [data.length], data } });
const request = (value: number, more: Partial<RunRequest> = {}): RunRequest => ({ inputs: inputs(value), rows: 1, ...more });

/** A model that gives its input back, and counts its runs. */
function model(): { runs: number; run: (asked: RunRequest) => Promise<NamedTensors> } {
  const counted = {
    runs: 0,
    run: async (asked: RunRequest) => {
      counted.runs++;
      return asked.inputs;
    },
  };
  return counted;
}

test('the same inputs are run once, and each caller gets values of its own', async () => {
  const cache = new ResponseCache(10_000);
  const counted = model();
  const first = await cache.answer(request(1), counted.run);
  first['x']?.data.fill(99 as never);
  const second = await cache.answer(request(1), counted.run);
  second['x']?.data.fill(98 as never);
  expect((await cache.answer(request(1), counted.run))['x']?.data).toEqual(Float32Array.of(1));
  expect(counted.runs).toBe(1);
  expect(cache).toMatchObject({ hits: { count: 2 }, misses: { count: 1 }, hitRows: 2 });
});

test('requests that ask the same at the same time share one run', async () => {
  const cache = new ResponseCache(10_000);
  const counted = model();
  const answers = await Promise.all([1, 1, 1].map((value) => cache.answer(request(value), counted.run)));
  expect(answers.map((answer) => answer['x']?.data[0])).toEqual([1, 1, 1]);
  expect(new Set(answers.map((answer) => answer['x']?.data)).size).toBe(3);
  expect(counted.runs).toBe(1);
});

test('nobody inherits the failure or the deadline of another', async () => {
  const cache = new ResponseCache(10_000);
  let runs = 0;
  const failsOnce = async (asked: RunRequest): Promise<NamedTensors> => {
    runs++;
    if (runs === 1) throw new Error('late');
    return asked.inputs;
  };
  const [first, second] = await Promise.allSettled([cache.answer(request(1), failsOnce), cache.answer(request(1), failsOnce)]);
  expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);

  const counted = model();
  await Promise.all([cache.answer(request(2), counted.run), cache.answer(request(2, { timeoutMicroseconds: 5 }), counted.run)]);
  expect(counted.runs).toBe(2);
});

test('those who shared a run that failed are run at once, not one after the other', async () => {
  const cache = new ResponseCache(10_000);
  const fails: (() => void)[] = [];
  const hangs = (): Promise<NamedTensors> =>
    new Promise((_resolve, reject) => {
      fails.push(() => reject(new Error('broken')));
    });
  const answers = Promise.allSettled([1, 1, 1, 1].map((value) => cache.answer(request(value), hangs)));
  expect(fails.length).toBe(1);
  fails[0]?.();
  await expect.poll(() => fails.length).toBe(4);
  for (const fail of fails) fail();
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
});

test('the bytes that are kept are bounded; what was used longest ago goes', async () => {
  const cache = new ResponseCache(2 * 404);
  const counted = model();
  for (const value of [1, 2, 1, 3]) await cache.answer(request(value), counted.run);
  expect(cache.heldBytes).toBe(2 * 404);
  await cache.answer(request(1), counted.run);
  expect(counted.runs).toBe(3);
  await cache.answer(request(2), counted.run);
  expect(counted.runs).toBe(4);
  cache.clear();
  expect(cache.heldBytes).toBe(0);
  const small = new ResponseCache(100);
  await small.answer(request(1), counted.run);
  expect(small.heldBytes).toBe(0);
});

test('what differs in name, datatype, shape, text or bits has another hash', () => {
  const different = [
    inputs(1),
    inputs(2),
    inputs(1, 'y'),
    { x: { datatype: 'FP32', shape: [1], data: Float32Array.of(1) } },
    { x: { datatype: 'UINT32', shape: [1, 1], data: new Uint32Array(Float32Array.of(1).buffer) } },
    bits(0x7f_c0_00_00),
    bits(0x7f_c0_00_01),
    texts('ab', 'c'),
    texts('a', 'bc'),
    texts('\u{1F600}', ''),
  ] as const satisfies readonly NamedTensors[];
  expect(new Set(different.map(hashInputs)).size).toBe(different.length);
  expect(hashInputs(inputs(1))).toBe(hashInputs(inputs(1)));
});
