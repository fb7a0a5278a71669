import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { storedColumn } from '../delta/stored-type.ts';
import type { DeltaField } from '../delta/delta-type.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { EngineFault } from '../engine/engine-fault.ts';
import { sqlFaultOf } from '../engine/sql-fault.ts';
import { checkExpression, checkSelect, type CheckedSql } from '../engine/sql-guard.ts';
import { quoteName } from '../engine/sql-text.ts';
import { assertColumnsExist, isRowExpectation, originOf, violationSql, type RowExpectation } from './expectation-sql.ts';
import type { LoadIntervalInput } from './load-interval.ts';

type Parameters = Readonly<Record<string, DuckDBValue>>;

/** A row expectation and the boolean column of the batch that is true where it is violated. */
export interface Flag {
  readonly expectation: RowExpectation;
  readonly column: string;
}

/** How a batch is computed. */
export interface BatchPlan {
  readonly mode: 'streamed' | 'staged';
  readonly fields: readonly DeltaField[];
  readonly flags: readonly Flag[];
  /** SQL over `relation` that is true for rows to quarantine by a row expectation. */
  readonly quarantined: string;
  /** Fills the temporary table of a staged batch; takes `parameters`. */
  readonly stage: ComposedSql;
  readonly parameters: Parameters;
  /** What the passes read: stored columns and flags. */
  readonly relation: ComposedSql;
  readonly relationParameters: Parameters;
}

const RESERVED_PREFIX = '__millrace_';
const STAGED_TABLE = `${RESERVED_PREFIX}batch`;
const STREAMED_OPERATORS = new Set(['PROJECTION', 'FILTER', 'READ_PARQUET', 'TABLE_SCAN', 'PARQUET_SCAN', 'EMPTY_RESULT']);

/** Checks the SQL of the users, types the result, and decides how to compute the batch. */
export async function planBatch(connection: DuckDBConnection, input: LoadIntervalInput, interval: Parameters): Promise<BatchPlan> {
  const checked = await checkSelect(
    connection,
    'transform',
    input.transform,
    input.sources.map(({ name }) => name),
  );
  const rowExpectations = input.expectations.filter(isRowExpectation);
  const expressions: CheckedSql[] = [];
  for (const expectation of rowExpectations) {
    if (expectation.kind === 'expression') expressions.push(await checkExpression(connection, originOf(expectation), expectation.sql));
  }
  const isVolatile = [checked, ...expressions].some((each) => each.isVolatile);
  const parameters = pick(interval, [checked, ...expressions]);
  const stored = await typeOf(connection, checked.text, pick(interval, [checked]));
  const fields = stored.map(({ field }) => field);
  const columns = fields.map(({ name }) => name);
  assertOwnNames(columns);
  assertColumnsExist(input.expectations, columns);
  assertPartitions(input.partitionBy, columns);
  const flags = rowExpectations.map((expectation, index) => ({ expectation, column: `${RESERVED_PREFIX}violation_${index}` }));
  const batch = new ComposedSql().add(`SELECT ${stored.map(({ field, expression }) => `${expression} AS ${quoteName(field.name)}`).join(', ')}`);
  for (const { expectation, column } of flags)
    batch
      .add(', ')
      .append(violationSql(expectation))
      .add(` AS ${quoteName(column)}`);
  batch.add(' FROM (').addUser('transform', checked.text).add(') AS batch');
  const streamed = !isVolatile && (await worksRowByRow(connection, batch, parameters));
  const quarantining = flags.filter(({ expectation }) => expectation.severity === 'QUARANTINE').map(({ column }) => quoteName(column));
  return {
    mode: streamed ? 'streamed' : 'staged',
    fields,
    flags,
    parameters,
    quarantined: quarantining.length === 0 ? 'false' : quarantining.join(' OR '),
    stage: new ComposedSql().add(`CREATE TEMP TABLE ${STAGED_TABLE} AS `).append(batch),
    relation: streamed ? new ComposedSql().add('(').append(batch).add(')') : new ComposedSql().add(STAGED_TABLE),
    relationParameters: streamed ? parameters : {},
  };
}

/** DuckDB refuses values for parameters that a statement does not have. */
function pick(interval: Parameters, statements: readonly CheckedSql[]): Parameters {
  return Object.fromEntries(statements.flatMap(({ parameters }) => parameters.map((name) => [name, interval[name] ?? null] as const)));
}

async function typeOf(connection: DuckDBConnection, transform: string, parameters: Parameters): Promise<ReturnType<typeof storedColumn>[]> {
  const statement = new ComposedSql().add('SELECT * FROM (').addUser('transform', transform).add(') LIMIT 0');
  const result = await connection.run(statement.text, { ...parameters }).catch((error: unknown) => {
    throw sqlFaultOf(error, statement);
  });
  const names = result.columnNames();
  return names.map((name, index) => storedColumn(name, result.columnType(index)));
}

/** Whether DuckDB would run the batch with nothing but scans, filters and projections: then a second pass costs no more than reading. */
async function worksRowByRow(connection: DuckDBConnection, batch: ComposedSql, parameters: Parameters): Promise<boolean> {
  const statement = new ComposedSql().add('EXPLAIN (FORMAT json) ').append(batch);
  const reader = await connection.runAndReadAll(statement.text, { ...parameters }).catch((error: unknown) => {
    throw sqlFaultOf(error, statement);
  });
  const plan = JSON.parse(String(reader.getRows()[0]?.[1])) as readonly PlanNode[];
  return plan.every(isRowByRow);
}

interface PlanNode {
  readonly name: string;
  readonly children?: readonly PlanNode[];
}

function isRowByRow(node: PlanNode): boolean {
  return STREAMED_OPERATORS.has(node.name.trim()) && (node.children ?? []).every(isRowByRow);
}

/** A column of the name of a flag would be read in its place, and rows would pass that should not. */
function assertOwnNames(columns: readonly string[]): void {
  const reserved = columns.find((name) => name.toLowerCase().startsWith(RESERVED_PREFIX));
  if (reserved !== undefined)
    throw new EngineFault('SQL_INVALID', `The transform gives a column "${reserved}"; names that begin with ${RESERVED_PREFIX} are taken.`, {
      column: reserved,
    });
}

function assertPartitions(partitionBy: readonly string[], columns: readonly string[]): void {
  const missing = partitionBy.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw new EngineFault(
      'BAD_INPUT',
      `The dataset is to be partitioned by ${missing.join(', ')}, which the transform does not give. It gives: ${columns.join(', ')}.`,
      { missing, columns },
    );
  if (columns.length === partitionBy.length)
    throw new EngineFault('BAD_INPUT', 'Every column is a partition column; at least one must be left to store.', { partitionBy });
}
