import type { Expectation, ExpectationSeverity } from '@millrace/contracts';
import type { RunStatement } from '../delta/write-data-files.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { EngineFault } from '../engine/engine-fault.ts';
import { quoteName } from '../engine/sql-text.ts';
import { violatesRowCount } from './expectation-sql.ts';
import type { LoadIntervalInput } from './load-interval.ts';
import type { BatchPlan } from './plan-batch.ts';

/** How many rows, or for `rowCount` whether the batch (1), violated an expectation. */
export interface ExpectationCount {
  readonly name: string;
  readonly kind: Expectation['kind'];
  readonly severity: ExpectationSeverity;
  readonly violations: number;
}

/** What one pass over the batch found. */
export interface BatchVerdict {
  readonly rowsExtracted: number;
  readonly rowsLoaded: number;
  readonly rowsQuarantined: number;
  /** Rows that violate at least one expectation of severity WARN. */
  readonly rowsWarned: number;
  readonly expectations: readonly ExpectationCount[];
  /** Whether an expectation of severity FAIL was violated. */
  readonly failed: boolean;
  /** Names of `rowCount` expectations that send the whole batch to quarantine. */
  readonly batchReasons: readonly string[];
  readonly onlyPartition?: Readonly<Record<string, string | null>>;
}

const PARTITION_TYPES = new Set(['boolean', 'byte', 'short', 'integer', 'long', 'string', 'date']);

/** Judges every expectation, and finds whether the batch has one partition, in a single aggregate. */
export async function judgeBatch(run: RunStatement, plan: BatchPlan, input: LoadIntervalInput): Promise<BatchVerdict> {
  for (const name of input.partitionBy) {
    const type = plan.fields.find((field) => field.name === name)?.type;
    if (typeof type !== 'string' || !PARTITION_TYPES.has(type))
      throw new EngineFault(
        'BAD_INPUT',
        `The partition column "${name}" has the type ${JSON.stringify(type)}; partitions need ${[...PARTITION_TYPES].join(', ')}.`,
        { column: name, type },
      );
  }
  const warned =
    plan.flags
      .filter(({ expectation }) => expectation.severity === 'WARN')
      .map(({ column }) => quoteName(column))
      .join(' OR ') || 'false';
  const aggregates = ['count(*)', `count_if(${plan.quarantined})`, `count_if(${warned})`, ...plan.flags.map(({ column }) => `count_if(${quoteName(column)})`)];
  if (input.intervalColumn !== undefined) aggregates.push(outsideSql(plan, input, input.intervalColumn));
  for (const name of input.partitionBy) {
    const column = quoteName(name);
    const kept = `FILTER (WHERE NOT (${plan.quarantined}))`;
    aggregates.push(
      `min(${column}) ${kept} IS NOT DISTINCT FROM max(${column}) ${kept} AND count(*) FILTER (WHERE NOT (${plan.quarantined}) AND ${column} IS NULL) IN (0, count_if(NOT (${plan.quarantined})))`,
      `(min(${column}) ${kept})::VARCHAR`,
    );
  }
  const [row = []] = await run(new ComposedSql().add(`SELECT ${aggregates.join(', ')} FROM `).append(plan.relation), plan.relationParameters);
  const [outside, rest] =
    input.intervalColumn === undefined ? [0, row.slice(3 + plan.flags.length)] : [Number(row[3 + plan.flags.length]), row.slice(4 + plan.flags.length)];
  const rowsExtracted = Number(row[0]);
  const counts = input.expectations.map((expectation): ExpectationCount => {
    const flag = plan.flags.findIndex((candidate) => candidate.expectation === expectation);
    const violations = expectation.kind === 'rowCount' ? Number(violatesRowCount(expectation, rowsExtracted)) : Number(row[3 + flag]);
    return { name: expectation.name, kind: expectation.kind, severity: expectation.severity, violations };
  });
  const batchReasons = counts
    .filter(({ kind, severity, violations }) => kind === 'rowCount' && severity === 'QUARANTINE' && violations > 0)
    .map(({ name }) => name);
  const rowsQuarantined = batchReasons.length > 0 ? rowsExtracted : Number(row[1]);
  if (outside > 0 && batchReasons.length === 0) throw outsideInterval(input, outside);
  const partition = onlyPartitionOf(input.partitionBy, rest);
  return {
    rowsExtracted,
    rowsQuarantined,
    rowsLoaded: rowsExtracted - rowsQuarantined,
    rowsWarned: Number(row[2]),
    expectations: counts,
    batchReasons,
    failed: counts.some(({ severity, violations }) => severity === 'FAIL' && violations > 0),
    ...(partition === undefined ? {} : { onlyPartition: partition }),
  };
}

/** Counts the rows to load whose time is not of the interval: a rerun could not find them by it. */
function outsideSql(plan: BatchPlan, { interval }: LoadIntervalInput, name: string): string {
  const type = plan.fields.find((field) => field.name === name)?.type;
  if (type !== 'timestamp' && type !== 'date')
    throw new EngineFault(
      'BAD_INPUT',
      `The interval column "${name}" is to be a timestamp or date of the transform; it is ${JSON.stringify(type ?? 'not there')}.`,
      {
        column: name,
        type,
      },
    );
  const [from, to] = [interval.start, interval.end].map((bound) => `make_timestamptz(${BigInt(bound) * 1000n})`);
  const column = quoteName(name);
  return `count_if(NOT (${plan.quarantined}) AND (${column} >= ${from} AND ${column} < ${to}) IS NOT TRUE)`;
}

function outsideInterval({ intervalColumn = '', interval }: LoadIntervalInput, rows: number): EngineFault {
  const [start, end] = [interval.start, interval.end].map((bound) => new Date(bound).toISOString());
  return new EngineFault(
    'BAD_INPUT',
    `Nothing was loaded: ${rows} rows have a time in "${intervalColumn}" that is not from ${start} to before ${end}, or none, so a rerun could not replace them. Filter by $interval_start and $interval_end in the transform, or set them aside by an expectation.`,
    { column: intervalColumn, rows },
  );
}

function onlyPartitionOf(partitionBy: readonly string[], cells: readonly unknown[]): Record<string, string | null> | undefined {
  if (partitionBy.length === 0 || !partitionBy.every((_, index) => cells[2 * index] === true)) return undefined;
  return Object.fromEntries(
    partitionBy.map((name, index) => {
      const value = cells[2 * index + 1];
      return [name, typeof value === 'string' ? value : null];
    }),
  );
}
