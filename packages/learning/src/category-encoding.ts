import { MillraceError } from '@millrace/contracts';
import type { Feature } from './features.ts';
import type { GraphBuilder, ValueName } from './onnx/graph-builder.ts';
import { columnOf, type CategoryColumn, type Table } from './table/table.ts';

/** The key of a missing category. */
export const MISSING_KEY = '';

/** Strings to numbers: `values[i]` for `keys[i]`, `fallback` for every other string. A missing value looks up the empty string. */
export interface CategoryEncoding {
  readonly keys: readonly string[];
  readonly values: Float32Array;
  readonly fallback: number;
}

export function categoriesOf(table: Table, feature: Feature): CategoryColumn {
  const column = columnOf(table, feature.column.name);
  if (column.type !== 'category') {
    throw new MillraceError('TRAINING_DATA_UNUSABLE', `Column "${feature.column.name}" should hold strings but holds numbers.`, {
      fields: { column: feature.column.name },
    });
  }
  return column;
}

/** How often each category occurs, and how often with a positive label; missing values under the empty string. Sorted by category. */
export function countCategories(column: CategoryColumn, label: Uint8Array): Map<string, { rows: number; positives: number }> {
  const slots = column.dictionary.length;
  const rows = new Float64Array(slots + 1);
  const positives = new Float64Array(slots + 1);
  for (let i = 0; i < column.codes.length; i++) {
    const code = column.codes[i] ?? -1;
    const slot = code < 0 ? slots : code;
    rows[slot] = (rows[slot] ?? 0) + 1;
    positives[slot] = (positives[slot] ?? 0) + (label[i] ?? 0);
  }
  const counts = new Map<string, { rows: number; positives: number }>();
  for (const [slot, key] of [...column.dictionary, MISSING_KEY].entries()) {
    if ((rows[slot] ?? 0) === 0) continue;
    const known = counts.get(key) ?? { rows: 0, positives: 0 };
    counts.set(key, { rows: known.rows + (rows[slot] ?? 0), positives: known.positives + (positives[slot] ?? 0) });
  }
  return new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Encodes a whole column. */
export function encodeCategories(column: CategoryColumn, encoding: CategoryEncoding): Float32Array {
  const byKey = new Map(encoding.keys.map((key, i) => [key, encoding.values[i] ?? 0]));
  const lookup = Float32Array.from([...column.dictionary, MISSING_KEY], (key) => byKey.get(key) ?? encoding.fallback);
  const encoded = new Float32Array(column.codes.length);
  for (let i = 0; i < encoded.length; i++) {
    const code = column.codes[i] ?? -1;
    encoded[i] = lookup[code < 0 ? lookup.length - 1 : code] ?? 0;
  }
  return encoded;
}

/** The same encoding as a node of a graph. */
export function addEncoding(graph: GraphBuilder, input: ValueName, encoding: CategoryEncoding): ValueName {
  const attributes = {
    keys_strings: { kind: 'strings', value: encoding.keys },
    values_floats: { kind: 'floats', value: encoding.values },
    default_float: { kind: 'float', value: encoding.fallback },
  } as const;
  return graph.add('LabelEncoder', [input], attributes, { ml: true });
}
