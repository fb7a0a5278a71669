import { MillraceError } from '@millrace/contracts';
import { expect, it } from 'vitest';
import { MetricRecorder, type StepMetric } from './metric-recorder.ts';

const NEVER = 1_000_000;

it('numbers the steps and leaves out what is not finite', async () => {
  const written: StepMetric[] = [];
  const recorder = new MetricRecorder({ everyMilliseconds: NEVER, onFailure: () => {}, write: async (metrics) => void written.push(...metrics) });
  recorder.record({ loss: 2 });
  recorder.record({ loss: NaN, auc: 0.5 });
  await recorder.close();
  expect(written).toEqual([
    { name: 'loss', step: 1, value: 2 },
    { name: 'auc', step: 2, value: 0.5 },
  ]);
});

it('writes again what a retryable failure kept out', async () => {
  const written: StepMetric[] = [];
  let tries = 0;
  const recorder = new MetricRecorder({
    everyMilliseconds: 1,
    onFailure: () => {},
    write: async (metrics) => {
      if (tries++ === 0) throw new MillraceError('UNAVAILABLE', 'The database is away.');
      written.push(...metrics);
    },
  });
  recorder.record({ loss: 2 });
  while (written.length === 0) await new Promise(setImmediate);
  await recorder.close();
  expect(written).toEqual([{ name: 'loss', step: 1, value: 2 }]);
});

it('tells of a final failure at once and throws it at the end', async () => {
  const stale = new MillraceError('STALE_ATTEMPT', 'Another attempt took over.');
  let recorder: MetricRecorder | undefined;
  const failure = new Promise((resolve) => {
    recorder = new MetricRecorder({ everyMilliseconds: 1, onFailure: resolve, write: () => Promise.reject(stale) });
    recorder.record({ loss: 2 });
  });
  expect(await failure).toBe(stale);
  await expect(recorder?.close()).rejects.toBe(stale);
});
