import { MillraceError, type TrainingSpec } from '@millrace/contracts';
import type { ColumnarRows } from '@millrace/lakehouse';
import { selectRows, type Table } from '@millrace/learning';

/** Rows to learn from, and how many were left out because they have no label. */
export interface TrainingTable {
  readonly table: Table;
  readonly unlabelled: number;
}

/** Columns as the lakehouse reads them, with label and time in their places. Throws `TRAINING_DATA_UNUSABLE` for a label other than 0 and 1. */
export function trainingTable({ rows, columns }: ColumnarRows, spec: TrainingSpec): TrainingTable {
  const labels = numbersOf(columns, spec.label);
  const label = new Uint8Array(rows);
  const labelled = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = labels[row] ?? NaN;
    if (Number.isNaN(value)) continue;
    if (value !== 0 && value !== 1) {
      throw new MillraceError('TRAINING_DATA_UNUSABLE', `The label "${spec.label}" has the value ${value}; only 0 and 1 can be learned.`, {
        fields: { column: spec.label, value },
      });
    }
    label[row] = value;
    labelled[count++] = row;
  }
  const features = Object.fromEntries(Object.entries(columns).filter(([name]) => spec.features.includes(name)));
  const table: Table = { rows, columns: features, label, time: numbersOf(columns, spec.split.timeColumn) };
  return count === rows ? { table, unlabelled: 0 } : { table: selectRows(table, labelled.subarray(0, count)), unlabelled: rows - count };
}

function numbersOf(columns: ColumnarRows['columns'], name: string): Float64Array {
  const column = columns[name];
  if (column?.type === 'number') return column.values;
  throw new MillraceError('TRAINING_DATA_UNUSABLE', `The column "${name}" holds no numbers.`, { fields: { column: name } });
}
