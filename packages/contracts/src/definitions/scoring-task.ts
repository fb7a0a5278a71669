import { z } from 'zod';
import { columnSchema } from './column.ts';
import { assignedVersionSchema } from './node-assignment.ts';

/**
 * Everything that the process needs that carries out a scoring run. Locations are folders under the root of the lakehouse.
 *
 * @example
 * ```ts
 * import { scoringTaskSchema, type ScoringTask } from '@millrace/contracts';
 *
 * const readTask = (answer: unknown): ScoringTask => scoringTaskSchema.parse(answer);
 * ```
 */
export const scoringTaskSchema = z.object({
  scoringRunId: z.string(),
  workspaceId: z.string(),
  /** The name of the environment that it is to run in; null: anywhere. */
  environment: z.string().nullable(),
  version: assignedVersionSchema,
  input: z.object({
    datasetVersionId: z.string(),
    dataset: z.string(),
    location: z.string(),
    deltaVersion: z.int().min(0),
    rows: z.int().min(0),
    schema: z.array(columnSchema),
  }),
  output: z.object({ datasetId: z.string(), dataset: z.string(), location: z.string() }),
  /** Columns that are carried over beside the predictions. */
  keyColumns: z.array(z.string()),
});
export type ScoringTask = z.infer<typeof scoringTaskSchema>;
