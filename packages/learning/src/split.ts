import { MillraceError, type TimeSplit } from '@millrace/contracts';
import { selectRows, type Table } from './table/table.ts';

/** A table cut in two. Both sides have rows, and both labels appear on each side. */
export interface SplitTable {
  readonly train: Table;
  readonly validation: Table;
}

/**
 * Cuts by time: `start ≤ time < validationStart` trains, `validationStart ≤ time < end` validates. Rows without a time are left out.
 * Throws `TRAINING_DATA_UNUSABLE` when a side is empty or has only one label, and `BAD_INPUT` when the bounds are out of order.
 */
export function splitByTime(table: Table, split: TimeSplit): SplitTable {
  const start = split.start === undefined ? -Infinity : Date.parse(split.start);
  const middle = Date.parse(split.validationStart);
  const end = split.end === undefined ? Infinity : Date.parse(split.end);
  if (!(start < middle && middle < end)) {
    throw new MillraceError(
      'BAD_INPUT',
      `A time split needs start < validationStart < end; got ${split.start ?? '-∞'}, ${split.validationStart}, ${split.end ?? '∞'}.`,
      { fields: { split } },
    );
  }
  const train = new Int32Array(table.rows);
  const validation = new Int32Array(table.rows);
  let trainRows = 0;
  let validationRows = 0;
  for (let row = 0; row < table.rows; row++) {
    const time = table.time[row] ?? NaN;
    if (time >= start && time < middle) train[trainRows++] = row;
    else if (time >= middle && time < end) validation[validationRows++] = row;
  }
  return {
    train: requireBothLabels(selectRows(table, train.subarray(0, trainRows)), 'training', split),
    validation: requireBothLabels(selectRows(table, validation.subarray(0, validationRows)), 'validation', split),
  };
}

function requireBothLabels(side: Table, name: string, split: TimeSplit): Table {
  const bounds = name === 'training' ? `before ${split.validationStart}` : `from ${split.validationStart}`;
  if (side.rows === 0) {
    throw new MillraceError(
      'TRAINING_DATA_UNUSABLE',
      `The ${name} side of the split has no rows: nothing has ${split.timeColumn} ${bounds}. Move the split or choose another dataset version.`,
      { fields: { side: name, split } },
    );
  }
  const positives = side.label.reduce((sum, value) => sum + value, 0);
  if (positives === 0 || positives === side.rows) {
    throw new MillraceError(
      'TRAINING_DATA_UNUSABLE',
      `The label is ${positives === 0 ? 0 : 1} in all ${side.rows} rows of the ${name} side; both values are needed.`,
      { fields: { side: name, rows: side.rows, positives } },
    );
  }
  return side;
}
