import { MillraceError } from '@millrace/contracts';
import type { ServedVersion } from '../engine/served-version.ts';
import type { LoadedVersion } from '../engine/residency/version-loader.ts';
import type { MeasurementResult } from './control-plane-client.ts';

/** How long a measurement may take; the clock is in milliseconds. */
export interface MeasurementEffort {
  readonly warmUpRuns: number;
  readonly runs: number;
  readonly batchRows: number;
  readonly batches: number;
  readonly maximumMilliseconds: number;
}

export const DEFAULT_EFFORT: MeasurementEffort = { warmUpRuns: 20, runs: 300, batchRows: 256, batches: 40, maximumMilliseconds: 700 };

/**
 * Runs a copy of the version that was loaded for this in threads of its own: one row at a time for the latency quantiles,
 * then full batches for the throughput. Inputs come from the signature and the reference profile.
 */
export async function measureVersion(
  { served, loadMilliseconds, grownBytes }: LoadedVersion,
  residentBytes: () => number,
  effort: MeasurementEffort = DEFAULT_EFFORT,
): Promise<MeasurementResult> {
  const memoryBefore = residentBytes();
  await timeRuns(served, 1, effort.warmUpRuns, effort.maximumMilliseconds);
  const latencies = (await timeRuns(served, 1, effort.runs, effort.maximumMilliseconds)).toSorted((a, b) => a - b);
  const rows = served.batchable ? effort.batchRows : 1;
  const batches = await timeRuns(served, rows, effort.batches, effort.maximumMilliseconds);
  const seconds = batches.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000;
  return {
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
    rowsPerSecond: (rows * batches.length) / seconds,
    loadMilliseconds,
    residentBytes: Math.max(0, grownBytes + residentBytes() - memoryBefore),
  };
}

/** Milliseconds of each run, at least one and at most `runs`, until the time is used up. */
async function timeRuns(version: ServedVersion, rows: number, runs: number, maximumMilliseconds: number): Promise<number[]> {
  const inputs = version.trial?.inputsOf(rows);
  if (inputs === undefined)
    throw new MillraceError('MODEL_INVALID', 'no made-up inputs were found that the model takes, so its speed cannot be measured before it is asked', {
      fields: { madeUpInputs: false },
    });
  const times: number[] = [];
  const end = performance.now() + maximumMilliseconds;
  do {
    const begin = performance.now();
    await version.infer({ inputs, rows });
    times.push(performance.now() - begin);
  } while (times.length < runs && performance.now() < end);
  return times;
}

/** The value at rank ⌈share · n⌉ of sorted values. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
