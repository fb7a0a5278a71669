import { SHED_REASONS, type BatchStatistics, type DurationSum, type ShedReason, type VersionStatistics } from './version-statistics.ts';

/** What both did together. */
export function addStatistics(a: VersionStatistics, b: VersionStatistics): VersionStatistics {
  return {
    lastInference: Math.max(a.lastInference, b.lastInference),
    inferenceCount: a.inferenceCount + b.inferenceCount,
    executionCount: a.executionCount + b.executionCount,
    success: add(a.success, b.success),
    fail: add(a.fail, b.fail),
    queue: add(a.queue, b.queue),
    computeInput: add(a.computeInput, b.computeInput),
    computeInfer: add(a.computeInfer, b.computeInfer),
    computeOutput: add(a.computeOutput, b.computeOutput),
    cacheHit: add(a.cacheHit, b.cacheHit),
    cacheMiss: add(a.cacheMiss, b.cacheMiss),
    batches: addBatches(a.batches, b.batches),
    latency: addCounts(a.latency, b.latency),
    sheds: addSheds(a.sheds, b.sheds),
    queuedRows: a.queuedRows + b.queuedRows,
  };
}

function add(a: DurationSum, b: DurationSum): DurationSum {
  return { count: a.count + b.count, nanoseconds: a.nanoseconds + b.nanoseconds };
}

function addBatches(a: readonly BatchStatistics[], b: readonly BatchStatistics[]): BatchStatistics[] {
  const byRows = new Map(a.map((batch) => [batch.rows, batch]));
  for (const batch of b) {
    const other = byRows.get(batch.rows);
    byRows.set(
      batch.rows,
      other === undefined
        ? batch
        : {
            rows: batch.rows,
            computeInput: add(other.computeInput, batch.computeInput),
            computeInfer: add(other.computeInfer, batch.computeInfer),
            computeOutput: add(other.computeOutput, batch.computeOutput),
          },
    );
  }
  return [...byRows.values()].toSorted((left, right) => left.rows - right.rows);
}

function addCounts(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));
}

function addSheds(a: VersionStatistics['sheds'], b: VersionStatistics['sheds']): Record<ShedReason, number> {
  const sheds = { ...a };
  for (const reason of SHED_REASONS) sheds[reason] = a[reason] + b[reason];
  return sheds;
}
