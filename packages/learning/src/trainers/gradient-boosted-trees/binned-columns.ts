import { categoriesOf, encodeCategories, type CategoryEncoding } from '../../category-encoding.ts';
import { numbersOf, type Feature } from '../../features.ts';
import type { Table } from '../../table/table.ts';
import { weaveRows, type BinnedRows } from './binned-rows.ts';
import { binValues, chooseThresholds } from './binning.ts';
import { chooseCategoryBins } from './category-bins.ts';
import { targetStatistics } from './target-statistics.ts';

/** A column of numbers, in bins between thresholds. `encoding` makes numbers of categories first. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly feature: Feature;
  readonly encoding: CategoryEncoding | undefined;
  readonly thresholds: Float32Array;
}

/** A column of categories. `encoding` gives the bin of each. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly feature: Feature;
  readonly encoding: CategoryEncoding;
}

/** How one feature, or one aspect of it, becomes bins. */
export type BinnedColumn = NumberColumn | CategoryColumn;

export interface BinningOptions {
  readonly bins: number;
  readonly smoothing: number;
  readonly seed: number;
}

/** Bins of a column, the one for missing values or rare categories (0) included. */
export function binCount(column: BinnedColumn): number {
  return column.kind === 'category' ? column.encoding.keys.length + 1 : column.thresholds.length + 2;
}

/** Learns bins from the training rows, and bins them. */
export function fitColumns(train: Table, features: readonly Feature[], options: BinningOptions): { binned: BinnedColumn[]; rows: BinnedRows } {
  const fitted = features.flatMap((feature, i) =>
    feature.datatype === 'BYTES'
      ? fitCategories(train, feature, { ...options, seed: options.seed + i })
      : [fitNumbers(feature, numbersOf(train, feature), options)],
  );
  return {
    binned: fitted.map(({ column }) => column),
    rows: weaveRows(
      fitted.map(({ codes }) => codes),
      train.rows,
    ),
  };
}

/** Bins other rows with what was learned. */
export function binTable(table: Table, binned: readonly BinnedColumn[]): BinnedRows {
  return weaveRows(
    binned.map((column) => codesOf(table, column)),
    table.rows,
  );
}

interface Fitted {
  readonly column: BinnedColumn;
  readonly codes: Uint8Array;
}

function fitNumbers(feature: Feature, values: Float32Array, { bins }: BinningOptions, encoding?: CategoryEncoding): Fitted {
  const thresholds = chooseThresholds(values, bins);
  return { column: { kind: 'number', feature, encoding, thresholds }, codes: binValues(values, thresholds) };
}

/** Where there are more categories than bins, the share of positive labels of each is a second column: it tells those apart that have no bin. */
function fitCategories(train: Table, feature: Feature, options: BinningOptions): Fitted[] {
  const categories = categoriesOf(train, feature);
  const { encoding, complete } = chooseCategoryBins(categories, train.label, options.bins);
  const sets: Fitted = { column: { kind: 'category', feature, encoding }, codes: Uint8Array.from(encodeCategories(categories, encoding)) };
  if (complete) return [sets];
  const statistics = targetStatistics(categories, train.label, options.smoothing, options.seed);
  return [sets, fitNumbers(feature, statistics.trainingValues, options, statistics.encoding)];
}

function codesOf(table: Table, column: BinnedColumn): Uint8Array {
  if (column.kind === 'category') return Uint8Array.from(encodeCategories(categoriesOf(table, column.feature), column.encoding));
  const { feature, encoding, thresholds } = column;
  return binValues(encoding === undefined ? numbersOf(table, feature) : encodeCategories(categoriesOf(table, feature), encoding), thresholds);
}
