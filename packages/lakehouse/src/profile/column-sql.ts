import { quoteName } from '../engine/sql-text.ts';

/** A column that is measured, by the types of the tables. */
export interface MeasuredColumn {
  readonly name: string;
  readonly type: string;
}

const FLOATING = /^(float|double)$/;
const NUMERIC = /^(byte|short|integer|long|float|double|decimal|boolean)$/;
const TEMPORAL = /^(timestamp|date)$/;

export const isFloating = ({ type }: MeasuredColumn): boolean => FLOATING.test(type);
export const isTemporal = ({ type }: MeasuredColumn): boolean => TEMPORAL.test(type);

/** SQL that is true where the column has no value: null, or not a number, which no trainer learns from either. */
export function missingSql(column: MeasuredColumn): string {
  const name = quoteName(column.name);
  return isFloating(column) ? `(${name} IS NULL OR isnan(${name}))` : `(${name} IS NULL)`;
}

/** SQL for the column as a number that can be put in order, null where it is none: also of texts that say numbers, and of times. */
export function numberSql(column: MeasuredColumn): string {
  const name = quoteName(column.name);
  if (NUMERIC.test(column.type)) return finiteSql(`${name}::DOUBLE`);
  if (column.type === 'string') return finiteSql(`TRY_CAST(trim(${name}) AS DOUBLE)`);
  if (isTemporal(column)) return `(CASE WHEN isfinite(${name}) THEN epoch(${name}::TIMESTAMP) END)`;
  return 'NULL::DOUBLE';
}

/** SQL for the column as a text by which values are told apart. */
export function textSql(column: MeasuredColumn): string {
  return `lower(trim(${quoteName(column.name)}::VARCHAR))`;
}

function finiteSql(value: string): string {
  return `(CASE WHEN isfinite(${value}) THEN ${value} END)`;
}
