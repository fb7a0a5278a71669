import { z } from 'zod';
import { COLUMN_TYPES } from '../values/column-type.ts';
import { neededRowsSchema } from './measure.ts';
import { exactTextSchema } from './name.ts';
import { AVAILABILITY_VERDICTS } from '../values/availability-verdict.ts';

const column = exactTextSchema(255);

/** A thousand years. */
const LONGEST_DAYS = 365_250;

/**
 * What a use case needs from data. Ratios are 0 to 1; `historyDays` counts from the oldest to the newest `timeColumn`.
 *
 * @example
 * ```ts
 * import { dataRequirementSchema, type DataRequirementDefinition } from '@millrace/contracts';
 *
 * const requirement: DataRequirementDefinition = dataRequirementSchema.parse({
 *   columns: [{ name: 'delay', type: 'integer', maximumNullRate: 0.01 }],
 *   label: 'delay',
 *   minimumRows: 1_000_000,
 *   timeColumn: 'date',
 *   historyDays: 90,
 * });
 * ```
 */
export const dataRequirementSchema = z.strictObject({
  columns: z
    .array(z.strictObject({ name: column, type: z.enum(COLUMN_TYPES), maximumNullRate: z.number().min(0).max(1).optional() }))
    .min(1)
    .max(1000),
  label: column.optional(),
  minimumRows: neededRowsSchema,
  timeColumn: column.optional(),
  historyDays: z.number().positive().max(LONGEST_DAYS).optional(),
  /** The newest row may be this old, in hours, at the moment of the assessment. */
  freshnessHours: z
    .number()
    .positive()
    .max(LONGEST_DAYS * 24)
    .optional(),
  uniqueKey: z.array(column).min(1).max(100).optional(),
  segments: z
    .array(z.strictObject({ column, values: z.array(exactTextSchema(1000)).min(1).max(1000), minimumRows: neededRowsSchema }))
    .max(100)
    .optional(),
});
export type DataRequirementDefinition = z.infer<typeof dataRequirementSchema>;

/**
 * One finding: what was measured against what is needed. `hint` findings (leakage, personal data) never change the verdict.
 *
 * @example
 * ```ts
 * import { findingSchema, type Finding } from '@millrace/contracts';
 *
 * const finding: Finding = findingSchema.parse({
 *   requirement: 'minimumRows',
 *   subject: 'flights',
 *   measured: '3000000',
 *   needed: '1000000',
 *   met: true,
 *   severity: 'BLOCKING' as const,
 *   message: 'Enough rows.',
 * });
 * ```
 */
export const findingSchema = z.object({
  requirement: z.string(),
  subject: z.string(),
  measured: z.string(),
  needed: z.string(),
  met: z.boolean(),
  severity: z.enum(['BLOCKING', 'DEGRADING', 'HINT']),
  message: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

/**
 * What an assessment found: the verdict, the rows that were measured, and every finding.
 *
 * @example
 * ```ts
 * import { assessmentResultSchema, type AssessmentResult } from '@millrace/contracts';
 *
 * const result: AssessmentResult = assessmentResultSchema.parse({
 *   verdict: 'AVAILABLE',
 *   rows: 3_000_000,
 *   findings: [],
 * });
 * ```
 */
export const assessmentResultSchema = z.object({ verdict: z.enum(AVAILABILITY_VERDICTS), rows: z.int().min(0), findings: z.array(findingSchema) });
export type AssessmentResult = z.infer<typeof assessmentResultSchema>;
