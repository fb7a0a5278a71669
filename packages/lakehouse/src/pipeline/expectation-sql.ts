import type { Expectation } from '@millrace/contracts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { EngineFault } from '../engine/engine-fault.ts';
import { quoteName, quoteValue } from '../engine/sql-text.ts';

/** An expectation that is judged row by row. */
export type RowExpectation = Exclude<Expectation, { kind: 'rowCount' }>;

export function isRowExpectation(expectation: Expectation): expectation is RowExpectation {
  return expectation.kind !== 'rowCount';
}

/** Where errors in an expectation's own SQL are said to be. */
export function originOf(expectation: Expectation): string {
  return `expectation "${expectation.name}"`;
}

/** SQL that is true for rows that violate the expectation. A row whose check is NULL does not satisfy it. */
export function violationSql(expectation: RowExpectation): ComposedSql {
  if (expectation.kind === 'expression') return new ComposedSql().add('((').addUser(originOf(expectation), expectation.sql).add(') IS NOT TRUE)');
  return new ComposedSql().add(`((${checkSql(expectation)}) IS NOT TRUE)`);
}

function checkSql(expectation: Exclude<RowExpectation, { kind: 'expression' }>): string {
  const column = quoteName(expectation.column);
  if (expectation.kind === 'notNull') return `${column} IS NOT NULL`;
  if (expectation.kind === 'oneOf') return `${column} IN (${expectation.values.map(quoteValue).join(', ')})`;
  // DuckDB sorts NaN above all numbers; it is within no bounds.
  const bounds = [`${column} IS NOT NULL`, `${column} <= ${expectation.maximum ?? "'infinity'::DOUBLE"}`];
  if (expectation.minimum !== undefined) bounds.push(`${column} >= ${expectation.minimum}`);
  return bounds.join(' AND ');
}

/** Every column that an expectation names must come out of the transform. */
export function assertColumnsExist(expectations: readonly Expectation[], columns: readonly string[]): void {
  for (const expectation of expectations) {
    if (!('column' in expectation) || columns.some((name) => name.toLowerCase() === expectation.column.toLowerCase())) continue;
    throw new EngineFault(
      'BAD_INPUT',
      `The ${originOf(expectation)} is about the column "${expectation.column}", which the transform does not give. It gives: ${columns.join(', ')}.`,
      { expectation: expectation.name, column: expectation.column, columns },
    );
  }
}

/** Whether a count of rows is outside what a `rowCount` expectation allows. */
export function violatesRowCount(expectation: Extract<Expectation, { kind: 'rowCount' }>, rows: number): boolean {
  return rows < (expectation.minimum ?? 0) || rows > (expectation.maximum ?? Number.POSITIVE_INFINITY);
}
