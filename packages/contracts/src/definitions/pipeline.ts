import { z } from 'zod';
import { EXPECTATION_SEVERITIES } from '../values/expectation-severity.ts';

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be a letter or underscore followed by letters, digits or underscores');
const named = { name: identifier, severity: z.enum(EXPECTATION_SEVERITIES) };

/**
 * A check on rows (the first four) or on the whole batch (`rowCount`). Violated rows are those that do not satisfy the check.
 *
 * @example
 * ```ts
 * import { expectationSchema, type Expectation } from '@millrace/contracts';
 *
 * const expectation: Expectation = expectationSchema.parse({
 *   name: 'sane_delay',
 *   severity: 'QUARANTINE',
 *   kind: 'between',
 *   column: 'delay',
 *   minimum: -120,
 *   maximum: 2000,
 * });
 * ```
 */
export const expectationSchema = z.discriminatedUnion('kind', [
  z.object({ ...named, kind: z.literal('notNull'), column: z.string().min(1) }),
  z.object({ ...named, kind: z.literal('between'), column: z.string().min(1), minimum: z.number().optional(), maximum: z.number().optional() }),
  z.object({ ...named, kind: z.literal('oneOf'), column: z.string().min(1), values: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1) }),
  z.object({ ...named, kind: z.literal('expression'), sql: z.string().min(1) }),
  z.object({ ...named, kind: z.literal('rowCount'), minimum: z.int().min(0).optional(), maximum: z.int().min(0).optional() }),
]);
export type Expectation = z.infer<typeof expectationSchema>;

/**
 * extract → transform → expect → load. `transform` is one SELECT over the sources by name; `$interval_start` and
 * `$interval_end` are the bounds of the run's interval (timestamps, end exclusive).
 *
 * @example
 * ```ts
 * import { pipelineDefinitionSchema, type PipelineDefinition } from '@millrace/contracts';
 *
 * const definition: PipelineDefinition = pipelineDefinitionSchema.parse({
 *   sources: [{ name: 'flights', dataSourceId: 'src_1' }],
 *   transform: 'SELECT date, distance, delay >= 15 AS late FROM flights WHERE date >= $interval_start AND date < $interval_end',
 *   dataset: 'departures',
 *   partitionBy: ['month'],
 * });
 * ```
 */
export const pipelineDefinitionSchema = z.object({
  sources: z.array(z.object({ name: identifier, dataSourceId: z.string().min(1), columns: z.array(z.string().min(1)).optional() })).min(1),
  transform: z.string().min(1).max(100_000),
  expectations: z.array(expectationSchema).default([]),
  dataset: identifier,
  partitionBy: z.array(z.string().min(1)).default([]),
});
export type PipelineDefinition = z.infer<typeof pipelineDefinitionSchema>;
