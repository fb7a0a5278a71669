import { readFile } from 'node:fs/promises';
import type { Column } from '@millrace/contracts';
import { featuresOf, selectRows, type Table, type TableColumn, type TrainerInput } from '@millrace/learning';

/** A set as `lightgbm_trees.py` writes it. A split says of each row whether it trains (0), stops early (1) or tests (2). */
interface WrittenSet {
  readonly columns: readonly { readonly name: string; readonly type: 'double' | 'string'; readonly values: readonly (number | string | null)[] }[];
  readonly label: readonly number[];
  readonly splits: readonly (readonly number[])[];
}

/** What one split gives to learn from, and to test on. */
export interface TreeTask extends TrainerInput {
  readonly test: Table;
}

export async function readTreeSet(file: string): Promise<TreeTask[]> {
  const { columns, label, splits } = JSON.parse(await readFile(file, 'utf8')) as WrittenSet;
  const table: Table = {
    rows: label.length,
    label: Uint8Array.from(label),
    time: new Float64Array(label.length),
    columns: Object.fromEntries(columns.map((column) => [column.name, columnOf(column)])),
  };
  const features = featuresOf(
    table,
    columns.map(({ name, type }): Column => ({ name, type, nullable: true })),
  );
  return splits.map((split) => {
    const part = (wanted: number): Table => selectRows(table, Int32Array.from(split.flatMap((use, row) => (use === wanted ? [row] : []))));
    return { train: part(0), validation: part(1), test: part(2), features };
  });
}

function columnOf({ type, values }: WrittenSet['columns'][number]): TableColumn {
  if (type === 'double') return { type: 'number', values: Float64Array.from(values, (value) => (typeof value === 'number' ? value : NaN)) };
  const dictionary = [...new Set(values.filter((value) => typeof value === 'string'))];
  const codes = new Map(dictionary.map((value, code) => [value, code]));
  return { type: 'category', dictionary, codes: Int32Array.from(values, (value) => (typeof value === 'string' ? (codes.get(value) ?? -1) : -1)) };
}
