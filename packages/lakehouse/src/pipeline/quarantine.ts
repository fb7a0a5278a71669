import type { DeltaField } from '../delta/delta-type.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { quoteName, quoteText } from '../engine/sql-text.ts';
import { REJECTS_TABLE } from '../reading/staged-rows.ts';
import type { BatchVerdict } from './judge-batch.ts';
import type { LoadIntervalInput } from './load-interval.ts';
import type { BatchPlan } from './plan-batch.ts';

/** The name of the quarantine table of a dataset. */
export function quarantineNameOf(dataset: string): string {
  return `${dataset}__quarantine`;
}

const field = (name: string, type: string): DeltaField => ({ name, type, nullable: true, metadata: {} });

/**
 * Columns of every quarantine table: the row as JSON, why it is here (the names of the violated expectations joined by commas, or what is wrong
 * with a row of a source), and where it came from. A row that did not fit the reading definition has its source, file and line (from 1).
 */
export const QUARANTINE_FIELDS: readonly DeltaField[] = [
  field('row', 'string'),
  field('reasons', 'string'),
  field('pipeline_run_id', 'string'),
  field('interval_start', 'timestamp'),
  field('source', 'string'),
  field('file', 'string'),
  field('line', 'long'),
];

/** All rows that go to quarantine: `rejected` of them come from the sources. */
export function quarantineSelect(plan: BatchPlan, verdict: BatchVerdict, rejected: number, input: LoadIntervalInput): ComposedSql {
  const select = new ComposedSql();
  if (verdict.rowsQuarantined > 0) select.append(batchSelect(plan, verdict, input));
  if (verdict.rowsQuarantined > 0 && rejected > 0) select.add(' UNION ALL ');
  if (rejected > 0) select.add(`SELECT row_text AS row, reason AS reasons, ${runColumns(input)}, source, file, line FROM ${REJECTS_TABLE}`);
  return select;
}

function runColumns({ pipelineRunId, interval }: LoadIntervalInput): string {
  return `${quoteText(pipelineRunId)} AS pipeline_run_id, make_timestamptz(${BigInt(interval.start) * 1000n}) AS interval_start`;
}

/** The rows of a batch that violate expectations, with their names. */
function batchSelect(plan: BatchPlan, verdict: BatchVerdict, input: LoadIntervalInput): ComposedSql {
  const columns = plan.fields.map(({ name }) => `${quoteName(name)} := ${quoteName(name)}`).join(', ');
  const byRow = plan.flags
    .filter(({ expectation }) => expectation.severity === 'QUARANTINE')
    .map(({ expectation, column }) => `CASE WHEN ${quoteName(column)} THEN ${quoteText(expectation.name)} END`);
  const reasons = [...verdict.batchReasons.map(quoteText), ...byRow].join(', ');
  const filter = verdict.batchReasons.length > 0 ? '' : ` WHERE ${plan.quarantined}`;
  return new ComposedSql()
    .add(
      `SELECT to_json(struct_pack(${columns}))::VARCHAR AS row, concat_ws(',', ${reasons}) AS reasons, ${runColumns(input)}, NULL::VARCHAR AS source, NULL::VARCHAR AS file, NULL::BIGINT AS line FROM `,
    )
    .append(plan.relation)
    .add(filter);
}
