import { DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { Expectation } from '@millrace/contracts';
import type { AddAction } from '../delta/actions.ts';
import type { DeltaField } from '../delta/delta-type.ts';
import { writeDataFiles, type RunStatement } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import type { EngineSession } from '../engine/engine-tasks.ts';
import { sqlFaultOf } from '../engine/sql-fault.ts';
import { quoteName } from '../engine/sql-text.ts';
import { createSourceView, type SourceReading, type SourceView } from '../sources/source-view.ts';
import { judgeBatch, type BatchVerdict } from './judge-batch.ts';
import { planBatch, type BatchPlan } from './plan-batch.ts';
import { QUARANTINE_FIELDS, quarantineSelect } from './quarantine.ts';

export interface LoadIntervalInput {
  readonly sources: readonly SourceView[];
  readonly transform: string;
  /** Bounds in milliseconds since the epoch, end exclusive. */
  readonly interval: { readonly start: number; readonly end: number };
  readonly expectations: readonly Expectation[];
  readonly partitionBy: readonly string[];
  /** Every row that is loaded must have a time of the interval here. */
  readonly intervalColumn?: string;
  readonly table: string;
  readonly quarantineTable: string;
  readonly pipelineRunId: string;
  readonly filePrefix: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The verdict on the batch and what was written; where an expectation of severity FAIL was violated (`failed`), nothing. */
export interface LoadIntervalOutput extends Omit<BatchVerdict, 'batchReasons' | 'onlyPartition'> {
  readonly fields: readonly DeltaField[];
  readonly files: readonly AddAction[];
  readonly quarantineFiles: readonly AddAction[];
  readonly readings: readonly SourceReading[];
  /** `streamed`: the transform ran once per pass straight from Parquet; `staged`: once, into memory. */
  readonly mode: 'streamed' | 'staged';
}

/**
 * Extract, transform, expect and write for one interval, inside the engine process. All expectations are judged in one aggregate
 * over the batch. A transform that works row by row on Parquet is streamed: the judging pass reads only the columns it needs and the
 * writing pass never materialises the batch. Anything else runs once into a temporary table, which DuckDB spills when it must.
 */
export async function loadInterval(session: EngineSession, input: LoadIntervalInput): Promise<LoadIntervalOutput> {
  const { connection } = session;
  session.phase(0, 0.05, 'opening sources');
  const readings: SourceReading[] = [];
  for (const source of input.sources) readings.push(await createSourceView(connection, source));
  // From here on all passes see one state and one current time; a source that is read has transactions of its own.
  await connection.run('BEGIN TRANSACTION');
  const rejected = readings.reduce((sum, reading) => sum + reading.rejected, 0);
  const parameters = { interval_start: timestamp(input.interval.start), interval_end: timestamp(input.interval.end) };
  const run: RunStatement = async (statement, values) => {
    try {
      const reader = await connection.runAndReadAll(statement.text, { ...values });
      return reader.getRows();
    } catch (error) {
      throw sqlFaultOf(error, statement);
    }
  };
  const plan = await planBatch(connection, input, parameters);
  if (plan.mode === 'staged') {
    session.phase(0.05, 0.5, 'transforming');
    await run(plan.stage, plan.parameters);
  }
  session.phase(plan.mode === 'staged' ? 0.5 : 0.05, 0.55, 'checking expectations');
  const verdict = await judgeBatch(run, plan, input);
  const written = { plan, verdict, readings, rejected };
  if (verdict.failed) return outputOf({ ...written, files: [], quarantineFiles: [] });
  session.phase(0.55, 0.98, 'writing');
  const files = verdict.rowsLoaded === 0 ? [] : await writeLoaded(run, plan, verdict, input);
  const quarantineFiles = verdict.rowsQuarantined + rejected === 0 ? [] : await writeQuarantined(run, plan, verdict, rejected, input);
  return outputOf({ ...written, files, quarantineFiles });
}

function writeLoaded(run: RunStatement, plan: BatchPlan, verdict: BatchVerdict, input: LoadIntervalInput): Promise<AddAction[]> {
  const columns = plan.fields.map((field) => quoteName(field.name)).join(', ');
  const select = new ComposedSql()
    .add(`SELECT ${columns} FROM `)
    .append(plan.relation)
    .add(verdict.rowsQuarantined === 0 ? '' : ` WHERE NOT (${plan.quarantined})`);
  return writeDataFiles(run, {
    table: input.table,
    select,
    parameters: plan.relationParameters,
    fields: plan.fields,
    partitionColumns: input.partitionBy,
    ...(verdict.onlyPartition === undefined ? {} : { onlyPartition: verdict.onlyPartition }),
    filePrefix: input.filePrefix,
    tags: input.tags,
  });
}

function writeQuarantined(run: RunStatement, plan: BatchPlan, verdict: BatchVerdict, rejected: number, input: LoadIntervalInput): Promise<AddAction[]> {
  return writeDataFiles(run, {
    table: input.quarantineTable,
    select: quarantineSelect(plan, verdict, rejected, input),
    // DuckDB refuses values for parameters that a statement does not have.
    parameters: verdict.rowsQuarantined === 0 ? {} : plan.relationParameters,
    fields: QUARANTINE_FIELDS,
    partitionColumns: [],
    filePrefix: input.filePrefix,
    tags: input.tags,
  });
}

interface Written extends Pick<LoadIntervalOutput, 'files' | 'quarantineFiles' | 'readings'> {
  readonly plan: BatchPlan;
  readonly verdict: BatchVerdict;
  readonly rejected: number;
}

/** Rows that the sources set aside count as extracted and quarantined. */
function outputOf({ plan, verdict, rejected, ...written }: Written): LoadIntervalOutput {
  const { rowsLoaded, rowsWarned, expectations, failed } = verdict;
  return {
    ...written,
    fields: plan.fields,
    mode: plan.mode,
    rowsExtracted: verdict.rowsExtracted + rejected,
    rowsQuarantined: verdict.rowsQuarantined + rejected,
    rowsLoaded,
    rowsWarned,
    expectations,
    failed,
  };
}

function timestamp(milliseconds: number): DuckDBValue {
  return new DuckDBTimestampValue(BigInt(milliseconds) * 1000n);
}
