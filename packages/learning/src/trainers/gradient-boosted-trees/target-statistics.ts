import { countCategories, encodeCategories, type CategoryEncoding } from '../../category-encoding.ts';
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
  const folds = Uint8Array.from(label, () => Math.floor(random() * FOLDS));
  const trainingValues = new Float32Array(label.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const others = folds.map((value) => (value === fold ? 0 : 1));
    const encoded = encodeCategories(column, encodingOf(restrict(column, others), restrictLabels(label, others), smoothing));
    for (let row = 0; row < encoded.length; row++) if (folds[row] === fold) trainingValues[row] = encoded[row] ?? 0;
  }
  return { trainingValues, encoding: encodingOf(column, label, smoothing) };
}

function encodingOf(column: CategoryColumn, label: Uint8Array, smoothing: number): CategoryEncoding {
  const counts = countCategories(column, label);
  let positives = 0;
  for (const count of counts.values()) positives += count.positives;
  const prior = label.length === 0 ? 0 : positives / label.length;
  const values = Float32Array.from(counts.values(), (count) => (count.positives + prior * smoothing) / (count.rows + smoothing));
  return { keys: [...counts.keys()], values, fallback: Math.fround(prior) };
}

function restrict(column: CategoryColumn, keep: Uint8Array): CategoryColumn {
  return { ...column, codes: column.codes.filter((_, row) => keep[row] === 1) };
}

function restrictLabels(label: Uint8Array, keep: Uint8Array): Uint8Array {
  return label.filter((_, row) => keep[row] === 1);
}
