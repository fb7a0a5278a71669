import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servingOptionsSchema } from '@millrace/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outerProductModel, pairwiseModel, unfoldingModel } from '../../fixtures/faulty-models.fixture.ts';
import { LiveSession } from '../session/live-session.ts';
import { ServedVersion } from '../served-version.ts';
import { sessionProcessIds } from '../session/process-link.ts';
import type { NamedTensors } from '../tensor/tensor.ts';
import { RunCost } from './run-cost.ts';

const MEBIBYTE = 2 ** 20;
const LIMIT = 300 * MEBIBYTE;

let folder: string;
let version: ServedVersion;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-memory-'));
  const { bytes, version: assigned } = outerProductModel({ serving: servingOptionsSchema.parse({ isolation: 'process' }) });
  const path = join(folder, 'model.onnx');
  await writeFile(path, bytes);
  const limits = { maximumBatchRows: 16, maximumQueuedRows: 1000 };
  version = await ServedVersion.load(assigned, path, { provider: 'cpu', limits, runLimitBytes: () => LIMIT });
});
afterAll(async () => {
  await version.drainAndRelease();
  await rm(folder, { recursive: true });
});

const wide = (rows: number, width: number): NamedTensors => ({ x: { datatype: 'FP32', shape: [rows, width], data: new Float32Array(rows * width).fill(1) } });

test('a request whose run would take more memory than there is, is refused with what it takes; one that fits is answered', async () => {
  await expect(version.infer({ inputs: wide(64, 2048), rows: 64 })).rejects.toMatchObject({
    code: 'REQUEST_TOO_LARGE',
    message: expect.stringMatching(/about \d+ MiB of memory, and models of this node have 300 MiB; send fewer or smaller rows/) as string,
  });
  const { score } = await version.infer({ inputs: wide(8, 2048), rows: 8 });
  expect(score?.data[0]).toBe(2048 * 2048);
  expect(version.counts).toEqual({ requests: 2, errors: 1, rows: 8 });
});

test('what a wide request took is given back after its run', async () => {
  const [pid = 0] = sessionProcessIds();
  const held = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  const before = held();
  await version.infer({ inputs: wide(12, 2048), rows: 12 });
  expect(held() - before).toBeLessThan(32 * MEBIBYTE);
});

test('the cost grows with the rows, and with a power of the width that runs of different widths show', () => {
  const byRows = [{ rows: 1, valuesPerRow: 16, bytes: 100 }];
  const cost = new RunCost(byRows, [
    { rows: 1, valuesPerRow: 16, bytes: 100 },
    { rows: 1, valuesPerRow: 1024, bytes: 4 * MEBIBYTE },
    { rows: 1, valuesPerRow: 4096, bytes: 64 * MEBIBYTE },
  ]);
  expect(cost.of(wide(1, 8192), 1) / MEBIBYTE).toBeCloseTo(256);
  expect(cost.of(wide(10, 4096), 10) / MEBIBYTE).toBeCloseTo(640);
  const linear = new RunCost([{ rows: 1024, valuesPerRow: 8, bytes: 2 * MEBIBYTE }]);
  expect(linear.of(wide(2048, 8), 2048) / MEBIBYTE).toBeCloseTo(4);
  expect(new RunCost([{ rows: 1, valuesPerRow: 1, bytes: 0 }]).of(wide(1000, 1000), 1000)).toBe(0);
});

test('constants of a model do not become gigabytes when it is loaded', async () => {
  const { bytes, version: assigned } = unfoldingModel();
  const path = join(folder, 'unfolding.onnx');
  await writeFile(path, bytes);
  const before = sessionProcessIds();
  const source = { path, digest: assigned.artifactDigest };
  const session = await LiveSession.open({ source, provider: 'cpu', isolation: 'process' }, new AbortController().signal);
  const pid = sessionProcessIds().find((id) => !before.includes(id)) ?? 0;
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  await session.close();
  expect(peak).toBeGreaterThan(10 * MEBIBYTE);
  expect(peak).toBeLessThan(LIMIT);
});

test('rows that are multiplied with each other are refused before they take more memory than there is', async () => {
  const { bytes, version: assigned } = pairwiseModel();
  const path = join(folder, 'pairwise.onnx');
  await writeFile(path, bytes);
  const limits = { maximumBatchRows: 16, maximumQueuedRows: 100_000 };
  const pairwise = await ServedVersion.load(assigned, path, { provider: 'cpu', limits, runLimitBytes: () => LIMIT });
  try {
    await expect(pairwise.infer({ inputs: wide(20_000, 1), rows: 20_000 })).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    const { score } = await pairwise.infer({ inputs: wide(4000, 1), rows: 4000 });
    expect(score?.data[0]).toBe(4000);
  } finally {
    await pairwise.drainAndRelease();
  }
});

test('a model that multiplies every row with every other takes a power of the rows, as runs with more rows show', () => {
  const cost = new RunCost([
    { rows: 1024, valuesPerRow: 1, bytes: 4 * MEBIBYTE },
    { rows: 4096, valuesPerRow: 1, bytes: 64 * MEBIBYTE },
  ]);
  expect(cost.of(wide(40_960, 1), 40_960) / MEBIBYTE).toBeCloseTo(6400);
  expect(cost.of(wide(4096, 2), 4096) / MEBIBYTE).toBeCloseTo(128);
  // The runs before took what cannot be seen.
  const unseen = new RunCost([
    { rows: 1024, valuesPerRow: 1, bytes: 0 },
    { rows: 4096, valuesPerRow: 1, bytes: 64 * MEBIBYTE },
  ]);
  expect(unseen.of(wide(40_960, 1), 40_960) / MEBIBYTE).toBeCloseTo(6400);
  const linear = new RunCost([
    { rows: 1024, valuesPerRow: 1, bytes: 0 },
    { rows: 4096, valuesPerRow: 1, bytes: 3 * MEBIBYTE },
  ]);
  expect(linear.of(wide(40_960, 1), 40_960) / MEBIBYTE).toBeCloseTo(30);
});
