import { latencyBucketOf } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { addStatistics } from './add-statistics.ts';
import { StatisticsRecorder, type RecordedRun } from './statistics-recorder.ts';

const run = (milliseconds: number, requests = 1): RecordedRun => ({
  requests,
  rows: requests,
  queued: requests * (milliseconds / 2),
  elapsed: milliseconds / 2,
  times: { input: 0, infer: milliseconds / 2, output: 0 },
});

test('every run counts once by the mean latency of its requests, and histograms add up', () => {
  const [fast, slow] = [new StatisticsRecorder(), new StatisticsRecorder()];
  for (const milliseconds of [1, 1, 2]) fast.ran(run(milliseconds, 32));
  slow.ran(run(1e9));
  const { latency } = addStatistics(fast.report(0), slow.report(0));
  expect(latency.flatMap((count, bucket) => (count === 0 ? [] : [[bucket, count]]))).toEqual([
    [latencyBucketOf(1), 2],
    [latencyBucketOf(2), 1],
    [81, 1],
  ]);
});
