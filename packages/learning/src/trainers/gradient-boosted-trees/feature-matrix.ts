import { categoriesOf, encodeCategories, type CategoryEncoding } from '../../category-encoding.ts';
import { numbersOf, type Feature } from '../../features.ts';
import type { Table } from '../../table/table.ts';
import { weaveRows, type BinnedRows } from './binned-rows.ts';
import { binValues, chooseThresholds } from './binning.ts';
import { targetStatistics } from './target-statistics.ts';

/** How one feature becomes bins. Categories are encoded first. */
export interface BinnedFeature {
  readonly feature: Feature;
  readonly encoding: CategoryEncoding | undefined;
  readonly thresholds: Float32Array;
}

/** Learns encodings and thresholds from the training rows and bins them. */
export function fitFeatures(
  train: Table,
  features: readonly Feature[],
  options: { bins: number; smoothing: number; seed: number },
): { binned: BinnedFeature[]; rows: BinnedRows } {
  const binned: BinnedFeature[] = [];
  const codes: Uint8Array[] = [];
  for (const [i, feature] of features.entries()) {
    const statistics =
      feature.datatype === 'BYTES' ? targetStatistics(categoriesOf(train, feature), train.label, options.smoothing, options.seed + i) : undefined;
    const values = statistics?.trainingValues ?? numbersOf(train, feature);
    const thresholds = chooseThresholds(values, options.bins);
    binned.push({ feature, encoding: statistics?.encoding, thresholds });
    codes.push(binValues(values, thresholds));
  }
  return { binned, rows: weaveRows(codes, train.rows) };
}

/** Bins other rows with what was learned. */
export function binTable(table: Table, binned: readonly BinnedFeature[]): BinnedRows {
  const codes = binned.map(({ feature, encoding, thresholds }) => {
    const values = encoding === undefined ? numbersOf(table, feature) : encodeCategories(categoriesOf(table, feature), encoding);
    return binValues(values, thresholds);
  });
  return weaveRows(codes, table.rows);
}
