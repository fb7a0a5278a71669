import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Call } from './call-method.ts';
import { HealthService } from './health-service.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const callOf = (signal: AbortSignal): Call => ({ authorization: undefined, deadline: Number.POSITIVE_INFINITY, client: { gone: false }, signal });

it('thousands of watchers are told of every change, cost no more than one while they wait, and leave nothing behind', async () => {
  let isReady = true;
  let asked = 0;
  const health = new HealthService(() => {
    asked++;
    return isReady;
  });
  const gone = new AbortController();
  const watches = Array.from({ length: 2000 }, () => health.watch({ service: '' }, callOf(gone.signal))[Symbol.asyncIterator]());
  const next = async (): Promise<readonly unknown[]> => [
    ...new Set((await Promise.all(watches.map((watch) => watch.next()))).map(({ value }) => value?.status)),
  ];
  expect(await next()).toEqual(['SERVING']);
  const change = next();
  await Promise.resolve();
  asked = 0;
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).toBe(10);
  isReady = false;
  await vi.advanceTimersByTimeAsync(500);
  expect(await change).toEqual(['NOT_SERVING']);
  const end = next();
  gone.abort();
  expect(await end).toEqual([undefined]);
  expect(vi.getTimerCount()).toBe(0);
});

it('who watches a service that nobody knows is told so once, and may go', async () => {
  const gone = new AbortController();
  const watch = new HealthService(() => true).watch({ service: 'other' }, callOf(gone.signal))[Symbol.asyncIterator]();
  expect((await watch.next()).value).toEqual({ status: 'SERVICE_UNKNOWN' });
  const end = watch.next();
  await vi.advanceTimersByTimeAsync(5000);
  gone.abort();
  expect((await end).done).toBe(true);
});
