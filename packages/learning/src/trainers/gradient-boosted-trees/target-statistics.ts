import { MISSING_KEY, type CategoryEncoding } from '../../category-encoding.ts';
import { seededRandom } from '../../random.ts';
import type { CategoryColumn } from '../../table/table.ts';

const FOLDS = 5;

/** A column of categories as numbers: what the training rows see, and what every later row sees. */
export interface TargetStatistics {
  readonly trainingValues: Float32Array;
  readonly encoding: CategoryEncoding;
}

/**
 * Each category becomes its share of positive labels, drawn to the overall share: (positives + prior × smoothing) / (rows + smoothing).
 * Unseen categories get the prior. A training row sees the share measured on the other folds, so its own label does not leak into
 * its features; after training, the share over all training rows is used (Micci-Barreca 2001, with cross-fitting).
 */
export function targetStatistics(column: CategoryColumn, label: Uint8Array, smoothing: number, seed: number): TargetStatistics {
  const random = seededRandom(seed);
  const missing = column.dictionary.length;
  const slotOfCode = Int32Array.from(column.dictionary, (key, code) => (key === MISSING_KEY ? missing : code));
  const slots = Int32Array.from(column.codes, (code) => slotOfCode[code] ?? missing);
  const folds = Uint8Array.from(label, () => Math.floor(random() * FOLDS));
  const inFolds = Array.from({ length: FOLDS }, () => emptyCounts(missing + 1));
  const overall = emptyCounts(missing + 1);
  for (let row = 0; row < label.length; row++) {
    const slot = slots[row] as number;
    const positive = label[row] as number;
    count(inFolds[folds[row] as number] as Counts, slot, positive);
    count(overall, slot, positive);
  }
  const shares = inFolds.map((fold) => smoothedShares(without(overall, fold), smoothing));
  const keys = [...column.dictionary, MISSING_KEY];
  const seen = keys
    .map((key, slot) => ({ key, slot }))
    .filter(({ slot }) => (overall.rows[slot] ?? 0) > 0)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const { bySlot, prior } = smoothedShares(overall, smoothing);
  return {
    trainingValues: Float32Array.from(slots, (slot, row) => shares[folds[row] as number]?.bySlot[slot] as number),
    encoding: { keys: seen.map(({ key }) => key), values: Float32Array.from(seen, ({ slot }) => bySlot[slot] ?? prior), fallback: Math.fround(prior) },
  };
}

/** Rows and positive labels per category. */
interface Counts {
  readonly rows: Float64Array;
  readonly positives: Float64Array;
}

function emptyCounts(slots: number): Counts {
  return { rows: new Float64Array(slots), positives: new Float64Array(slots) };
}

function count({ rows, positives }: Counts, slot: number, positive: number): void {
  rows[slot] = (rows[slot] as number) + 1;
  positives[slot] = (positives[slot] as number) + positive;
}

function without(all: Counts, part: Counts): Counts {
  return { rows: all.rows.map((rows, slot) => rows - (part.rows[slot] ?? 0)), positives: all.positives.map((sum, slot) => sum - (part.positives[slot] ?? 0)) };
}

function smoothedShares({ rows, positives }: Counts, smoothing: number): { bySlot: Float64Array; prior: number } {
  const total = rows.reduce((sum, value) => sum + value, 0);
  const prior = total === 0 ? 0 : positives.reduce((sum, value) => sum + value, 0) / total;
  return { prior, bySlot: rows.map((seen, slot) => ((positives[slot] ?? 0) + prior * smoothing) / (seen + smoothing)) };
}
