import { JOB_CATALOG } from '@millrace/contracts';
import { expect, it } from 'vitest';
import { retryDelaySeconds } from './retry-delay.ts';

const { attempts } = JOB_CATALOG['ingest-segment'];

it('what was accepted has no last attempt: after the fast ones it is tried slowly, at least four times an hour', () => {
  const delays = Array.from({ length: 200 }, (_, index) => retryDelaySeconds('ingest-segment', index + 1, { retryable: true }) ?? Number.NaN);
  expect(delays.slice(0, attempts - 1)).toEqual(Array.from({ length: attempts - 1 }, (_, index) => 2 ** index));
  expect(delays.slice(attempts - 1, attempts + 4)).toEqual([60, 120, 240, 480, 900]);
  expect(Math.max(...delays)).toBe(900);
  expect(delays.every(Number.isFinite)).toBe(true);
});

it('an error that says that another try is in vain parks what was accepted at once, and ends everything else', () => {
  expect(retryDelaySeconds('ingest-segment', 1, { retryable: false })).toBe(60);
  expect(retryDelaySeconds('run-pipeline', 1, { retryable: false })).toBeUndefined();
});
