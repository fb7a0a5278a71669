import { MillraceError, type Column } from '@millrace/contracts';
import { sqlTypeOf, type DeltaField } from '../delta/delta-type.ts';
import type { Snapshot } from '../delta/snapshot.ts';
import { quoteName, quoteText } from '../engine/sql-text.ts';
import type { MapDataFile } from './map-data-file.ts';

/** How the values of a column are handed over: as numbers of one width, as 0 and 1, or as texts. */
export type BatchValueKind = keyof typeof KINDS;
/**
 * A column to read. A missing number of a kind that has NaN is NaN, a missing text is empty where `emptyText` says that whoever maps
 * takes it so; any other value that is missing or does not fit its kind rejects its row, as does a text with a NUL.
 */
export interface MappedInput {
  readonly column: string;
  readonly kind: BatchValueKind;
  readonly emptyText?: boolean;
}

/** A column to write, with the kind that the mapping gives it in. */
export interface MappedOutput {
  readonly column: string;
  readonly kind: BatchValueKind;
}

export const KINDS = {
  FP32: { sql: 'FLOAT', type: 'float' },
  FP64: { sql: 'DOUBLE', type: 'double' },
  INT64: { sql: 'BIGINT', type: 'long' },
  INT32: { sql: 'INTEGER', type: 'integer' },
  INT16: { sql: 'SMALLINT', type: 'short' },
  INT8: { sql: 'TINYINT', type: 'byte' },
  UINT64: { sql: 'UBIGINT', type: 'decimal(20,0)' },
  UINT32: { sql: 'UINTEGER', type: 'long' },
  UINT16: { sql: 'USMALLINT', type: 'integer' },
  UINT8: { sql: 'UTINYINT', type: 'short' },
  BOOL: { sql: 'UTINYINT', type: 'boolean' },
  BYTES: { sql: 'VARCHAR', type: 'string' },
} as const;

/** Why a row is rejected, as a condition and its words; the numbers of reasons count from 1. */
function reasonsOf(inputs: readonly MappedInput[]): readonly { readonly when: string; readonly reason: string }[] {
  return inputs.flatMap(({ column, kind, emptyText = false }) => {
    const value = castOf(column, kind);
    const present = kind === 'FP32' || kind === 'FP64' || emptyText ? `${quoteName(column)} IS NOT NULL AND ` : '';
    const unfit = { when: `${present}${value} IS NULL`, reason: `"${column}" is missing or is no ${KINDS[kind].type}` };
    // Whoever hands texts on in C cuts them off there, and would map something else than the row holds.
    return kind === 'BYTES' ? [unfit, { when: `contains(${value}, chr(0))`, reason: `"${column}" holds a NUL character` }] : [unfit];
  });
}

/** Of the number of a reason: a table may have thousands of columns. */
export const REJECTION_TYPE = 'UINTEGER';

/** The number of the first reason that rejects the row; 0 for none. */
export function rejectionOf(inputs: readonly MappedInput[]): string {
  const cases = reasonsOf(inputs).map(({ when }, index) => `WHEN ${when} THEN ${index + 1}`);
  return cases.length === 0 ? `0::${REJECTION_TYPE}` : `(CASE ${cases.join(' ')} ELSE 0 END)::${REJECTION_TYPE}`;
}

/** Reasons that are told apart; there may be another one for each row. */
const MOST_FAILURES = 100;

/** Why the mapping itself rejected rows, numbered behind the reasons that the inputs give. */
export class MappingFailures {
  readonly reasons: string[] = [];
  readonly #before: number;

  constructor(inputs: readonly MappedInput[]) {
    this.#before = reasonsOf(inputs).length;
  }

  numberOf(reason: string): number {
    const known = this.reasons.length < MOST_FAILURES - 1 || this.reasons.includes(reason) ? reason : 'the row could not be mapped';
    let index = this.reasons.indexOf(known);
    if (index === -1) index = this.reasons.push(known) - 1;
    return this.#before + index + 1;
  }
}

export function valueOf({ column, kind }: MappedInput): string {
  const { sql } = KINDS[kind];
  const value = castOf(column, kind);
  if (kind === 'BYTES') return `CASE WHEN contains(${value}, chr(0)) THEN '' ELSE coalesce(${value}, '') END`;
  const otherwise = kind === 'FP32' || kind === 'FP64' ? "'nan'" : '0';
  return `coalesce(${value}, ${otherwise}::${sql})`;
}

function castOf(column: string, kind: BatchValueKind): string {
  const name = quoteName(column);
  return kind === 'BOOL' ? `TRY_CAST(${name} AS BOOLEAN)::UTINYINT` : `TRY_CAST(${name} AS ${KINDS[kind].sql})`;
}

/** The file once more, beside what was mapped from it: both in the order of the file. */
export function selectOf({ keep, outputs, inputs, constants, rejectionColumn }: MapDataFile, relation: string, failures: MappingFailures['reasons']): string {
  const reasons = [...reasonsOf(inputs).map(({ reason }) => reason), ...failures].map((reason, index) => `WHEN ${index + 1} THEN ${quoteText(reason)}`);
  const columns = [
    ...keep.map(quoteName),
    ...outputs.map(({ column, kind }, index) => `CASE WHEN rejection = 0 THEN o${index}::${sqlTypeOf(KINDS[kind].type)} END AS ${quoteName(column)}`),
    ...Object.entries(constants).map(([name, value]) => `${constantOf(value)} AS ${quoteName(name)}`),
    `${reasons.length === 0 ? 'NULL::VARCHAR' : `CASE rejection ${reasons.join(' ')} END`} AS ${quoteName(rejectionColumn)}`,
  ];
  const kept = keep.length === 0 ? '' : `(SELECT ${keep.map(quoteName).join(', ')} FROM ${relation}) POSITIONAL JOIN `;
  return `SELECT ${columns.join(', ')} FROM ${kept}mapped`;
}

function constantOf(value: string | Date): string {
  return typeof value === 'string' ? quoteText(value) : `make_timestamptz(${BigInt(value.getTime()) * 1000n})`;
}

export function fieldsOf(
  { keep, outputs, constants, rejectionColumn }: Pick<MapDataFile, 'keep' | 'outputs' | 'constants' | 'rejectionColumn'>,
  snapshot: Snapshot,
): DeltaField[] {
  return [
    ...keep.map((name) => {
      const kept = snapshot.fields.find((candidate) => candidate.name === name);
      if (kept === undefined)
        throw new MillraceError('SOURCE_COLUMN_MISSING', `The table ${snapshot.table} has no column "${name}" in version ${snapshot.version}.`, {
          fields: { column: name, present: snapshot.columns.map((column: Column) => column.name) },
        });
      return kept;
    }),
    ...outputs.map(({ column, kind }) => field(column, KINDS[kind].type)),
    ...Object.entries(constants).map(([name, value]) => field(name, typeof value === 'string' ? 'string' : 'timestamp')),
    field(rejectionColumn, 'string'),
  ];
}

function field(name: string, type: string): DeltaField {
  return { name, type, nullable: true, metadata: {} };
}
