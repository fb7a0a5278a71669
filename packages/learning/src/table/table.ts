import { MillraceError } from '@millrace/contracts';

/** A numeric or boolean column; NaN is a missing value. Whole numbers are exact up to 2^53. */
export interface NumberColumn {
  readonly type: 'number';
  readonly values: Float64Array;
}

/** A column of strings: `codes` point into `dictionary`, -1 is a missing value. The empty string counts as missing too. */
export interface CategoryColumn {
  readonly type: 'category';
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
}

export type TableColumn = NumberColumn | CategoryColumn;

/** Rows to learn from, column by column. `label` is 0 or 1; `time` is milliseconds since the epoch and decides the split. */
export interface Table {
  readonly rows: number;
  readonly columns: Readonly<Record<string, TableColumn>>;
  readonly label: Uint8Array;
  readonly time: Float64Array;
}

/** The column called `name`; `TRAINING_DATA_UNUSABLE` when the table has none. */
export function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns[name];
  if (column === undefined) {
    throw new MillraceError('TRAINING_DATA_UNUSABLE', `The training data has no column "${name}". It has: ${Object.keys(table.columns).join(', ')}.`, {
      fields: { column: name },
    });
  }
  return column;
}

/** The rows at `indices`, in that order. Dictionaries are shared, the rest is copied. */
export function selectRows(table: Table, indices: Int32Array): Table {
  const columns: Record<string, TableColumn> = {};
  for (const [name, column] of Object.entries(table.columns)) {
    columns[name] =
      column.type === 'number'
        ? { type: 'number', values: gather(column.values, indices, new Float64Array(indices.length)) }
        : { type: 'category', codes: gather(column.codes, indices, new Int32Array(indices.length)), dictionary: column.dictionary };
  }
  return {
    rows: indices.length,
    columns,
    label: gather(table.label, indices, new Uint8Array(indices.length)),
    time: gather(table.time, indices, new Float64Array(indices.length)),
  };
}

/** At most `count` rows, spread evenly over the table. */
export function spreadRows(table: Table, count: number): Table {
  if (count >= table.rows) return table;
  return selectRows(
    table,
    Int32Array.from({ length: count }, (_, i) => Math.floor((i * table.rows) / count)),
  );
}

/** The buffers of a table, for a transfer to a thread without a copy. The table is empty afterwards. */
export function buffersOf(table: Table): ArrayBuffer[] {
  const arrays = [table.label, table.time, ...Object.values(table.columns).map((column) => (column.type === 'number' ? column.values : column.codes))];
  return [...new Set(arrays.map((array) => array.buffer))].filter((buffer) => buffer instanceof ArrayBuffer);
}

function gather<T extends Float64Array | Int32Array | Uint8Array>(from: T, indices: Int32Array, into: T): T {
  for (let i = 0; i < indices.length; i++) into[i] = from[indices[i] ?? 0] ?? 0;
  return into;
}
