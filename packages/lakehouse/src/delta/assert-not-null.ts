import { MillraceError } from '@millrace/contracts';
import type { AddAction } from './actions.ts';
import { nestedFields, type DeltaField } from './delta-type.ts';
import { statisticsOf } from './file-bounds.ts';
import { recordsOf } from './log-state.ts';

/**
 * Fails with `BAD_INPUT` where files bring a NULL into a column of a table that is NOT NULL, and with `TABLE_UNSUPPORTED` where that cannot be
 * told: the field is within a nested type, or the file has no statistics of it.
 */
export function assertNotNull(table: string, stored: readonly DeltaField[], written: readonly DeltaField[], files: readonly AddAction[]): void {
  if (files.length === 0) return;
  const names = new Set(written.map(({ name }) => name));
  for (const field of stored) {
    const within = nestedFields([field]).find((nested) => nested !== field && !nested.nullable);
    if (within !== undefined && names.has(field.name)) throw untold(table, `${field.name}.${within.name}`);
    if (field.nullable) continue;
    if (!names.has(field.name)) throw isNull(table, field.name, 'it is not among the columns that are written');
    for (const file of files) {
      if (field.name in file.partitionValues) {
        if ((file.partitionValues[field.name] ?? '') === '') throw isNull(table, field.name, `${recordsOf(file)} rows have no value of it`);
        continue;
      }
      const nulls = statisticsOf(file).nullCount?.[field.name];
      if (typeof nulls !== 'number') throw untold(table, field.name);
      if (nulls > 0) throw isNull(table, field.name, `${nulls} rows have no value of it`);
    }
  }
}

function isNull(table: string, column: string, reason: string): MillraceError {
  return new MillraceError(
    'BAD_INPUT',
    `The column "${column}" of ${table} is NOT NULL, but ${reason}. Give it a value in the transform, set such rows aside by an expectation (notNull, QUARANTINE), or drop NOT NULL from the table.`,
    { fields: { table, column } },
  );
}

function untold(table: string, column: string): MillraceError {
  return new MillraceError(
    'TABLE_UNSUPPORTED',
    `"${column}" of ${table} is NOT NULL, which this writer cannot check for values within others. Drop NOT NULL from the table, or load into a new dataset.`,
    { fields: { table, column } },
  );
}
