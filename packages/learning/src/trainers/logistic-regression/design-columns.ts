import { categoriesOf, countCategories, encodeCategories, type CategoryEncoding } from '../../category-encoding.ts';
import { numbersOf, type Feature } from '../../features.ts';
import type { Table } from '../../table/table.ts';

/** A number takes two weights: one for its standardised value (0 when missing), one for "is missing". */
export interface NumberDesign {
  readonly kind: 'number';
  readonly feature: Feature;
  readonly mean: number;
  readonly deviation: number;
  readonly weights: 2;
}

/** A category takes one weight per frequent category, and the first one for all others, seen or unseen. */
export interface CategoryDesign {
  readonly kind: 'category';
  readonly feature: Feature;
  readonly slots: CategoryEncoding;
  readonly weights: number;
}

export type Design = NumberDesign | CategoryDesign;

/** The rows of one feature, ready for the sums of a step. `values` are standardised numbers (NaN when missing) or slot numbers. */
export interface DesignColumn {
  readonly kind: Design['kind'];
  readonly values: Float32Array;
  readonly offset: number;
}

/** A column that varies by less counts as constant: a weight divided by less would not fit into the 32 bits of the exported graph. */
const SMALLEST_DEVIATION = 1e-30;

export function fitDesign(train: Table, features: readonly Feature[], rareCategoryRows: number): Design[] {
  return features.map((feature) => (feature.datatype === 'BYTES' ? fitCategory(train, feature, rareCategoryRows) : fitNumber(train, feature)));
}

/** Columns for `table`, and the number of weights including the intercept, which is weight 0. */
export function designColumns(table: Table, designs: readonly Design[]): { columns: DesignColumn[]; weights: number } {
  let offset = 1;
  const columns = designs.map((design) => {
    const column = { kind: design.kind, values: valuesOf(table, design), offset };
    offset += design.weights;
    return column;
  });
  return { columns, weights: offset };
}

function valuesOf(table: Table, design: Design): Float32Array {
  if (design.kind === 'category') return encodeCategories(categoriesOf(table, design.feature), design.slots);
  return numbersOf(table, design.feature).map((value) => (value - design.mean) / design.deviation);
}

function fitNumber(train: Table, feature: Feature): NumberDesign {
  const values = numbersOf(train, feature).filter((value) => !Number.isNaN(value));
  const mean = values.length === 0 ? 0 : Math.fround(values.reduce((sum, value) => sum + value, 0) / values.length);
  const variance = values.length === 0 ? 0 : values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance);
  return { kind: 'number', feature, mean, deviation: deviation > SMALLEST_DEVIATION ? deviation : 1, weights: 2 };
}

function fitCategory(train: Table, feature: Feature, rareCategoryRows: number): CategoryDesign {
  const counts = countCategories(categoriesOf(train, feature), train.label);
  const keys = [...counts].filter(([, { rows }]) => rows >= rareCategoryRows).map(([key]) => key);
  return { kind: 'category', feature, slots: { keys, values: Float32Array.from(keys, (_, i) => i + 1), fallback: 0 }, weights: keys.length + 1 };
}
