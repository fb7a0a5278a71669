import type { DeltaField } from '../delta/delta-type.ts';
import { ComposedSql } from '../engine/composed-sql.ts';
import { quoteName, quoteText } from '../engine/sql-text.ts';
import type { BatchVerdict } from './judge-batch.ts';
import type { LoadIntervalInput } from './load-interval.ts';
import type { BatchPlan } from './plan-batch.ts';

/** The name of the quarantine table of a dataset. */
export function quarantineNameOf(dataset: string): string {
  return `${dataset}__quarantine`;
}

const field = (name: string, type: string): DeltaField => ({ name, type, nullable: true, metadata: {} });

/** Columns of every quarantine table: the row as JSON, the names of the violated expectations joined by commas, and where it came from. */
export const QUARANTINE_FIELDS: readonly DeltaField[] = [
  field('row', 'string'),
  field('reasons', 'string'),
  field('pipeline_run_id', 'string'),
  field('interval_start', 'timestamp'),
];

/** The rows of a batch that go to quarantine, with their reasons. */
export function quarantineSelect(plan: BatchPlan, verdict: BatchVerdict, input: LoadIntervalInput): ComposedSql {
  const columns = plan.fields.map(({ name }) => `${quoteName(name)} := ${quoteName(name)}`).join(', ');
  const byRow = plan.flags
    .filter(({ expectation }) => expectation.severity === 'QUARANTINE')
    .map(({ expectation, column }) => `CASE WHEN ${quoteName(column)} THEN ${quoteText(expectation.name)} END`);
  const reasons = [...verdict.batchReasons.map(quoteText), ...byRow].join(', ');
  const filter = verdict.batchReasons.length > 0 ? '' : ` WHERE ${plan.quarantined}`;
  return new ComposedSql()
    .add(
      `SELECT to_json(struct_pack(${columns}))::VARCHAR AS row, concat_ws(',', ${reasons}) AS reasons, ${quoteText(input.pipelineRunId)} AS pipeline_run_id, make_timestamptz(${BigInt(input.interval.start) * 1000n}) AS interval_start FROM `,
    )
    .append(plan.relation)
    .add(filter);
}
