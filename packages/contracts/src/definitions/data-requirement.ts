import { z } from 'zod';
import { COLUMN_TYPES } from '../values/column-type.ts';
import { AVAILABILITY_VERDICTS } from '../values/availability-verdict.ts';

/** What a use case needs from data. Ratios are 0 to 1; `historyDays` counts from the oldest to the newest `timeColumn`. */
export const dataRequirementSchema = z.object({
  columns: z.array(z.object({ name: z.string().min(1), type: z.enum(COLUMN_TYPES), maximumNullRate: z.number().min(0).max(1).optional() })).min(1),
  label: z.string().min(1).optional(),
  minimumRows: z.int().min(1),
  timeColumn: z.string().min(1).optional(),
  historyDays: z.number().positive().optional(),
  /** The newest row may be this old, in hours, at the moment of the assessment. */
  freshnessHours: z.number().positive().optional(),
  uniqueKey: z.array(z.string().min(1)).min(1).optional(),
  segments: z.array(z.object({ column: z.string().min(1), values: z.array(z.string()).min(1), minimumRows: z.int().min(1) })).optional(),
});
export type DataRequirementDefinition = z.infer<typeof dataRequirementSchema>;

/** One finding: what was measured against what is needed. `hint` findings (leakage, personal data) never change the verdict. */
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

export const assessmentResultSchema = z.object({ verdict: z.enum(AVAILABILITY_VERDICTS), rows: z.int().min(0), findings: z.array(findingSchema) });
export type AssessmentResult = z.infer<typeof assessmentResultSchema>;
