import { z } from 'zod';
import { exactTextSchema } from './name.ts';
import { EXPECTATION_SEVERITIES } from '../values/expectation-severity.ts';

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be a letter or underscore followed by letters, digits or underscores');
const column = exactTextSchema(255);

/** Between nothing and nothing lies everything: an expectation without a bound would pass for ever. */
function bounded<Schema extends z.ZodType<{ minimum?: number | undefined; maximum?: number | undefined }>>(schema: Schema): Schema {
  return schema
    .refine(({ minimum, maximum }) => minimum !== undefined || maximum !== undefined, 'needs a minimum, a maximum or both')
    .refine(({ minimum, maximum }) => (minimum ?? -Infinity) <= (maximum ?? Infinity), 'has a minimum above its maximum');
}

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
  z.strictObject({ ...named, kind: z.literal('notNull'), column }),
  bounded(z.strictObject({ ...named, kind: z.literal('between'), column, minimum: z.number().optional(), maximum: z.number().optional() })),
  z.strictObject({
    ...named,
    kind: z.literal('oneOf'),
    column,
    values: z
      .array(z.union([exactTextSchema(1000).or(z.literal('')), z.number(), z.boolean()]))
      .min(1)
      .max(1000),
  }),
  z.strictObject({ ...named, kind: z.literal('expression'), sql: exactTextSchema(10_000) }),
  bounded(z.strictObject({ ...named, kind: z.literal('rowCount'), minimum: z.int().min(0).optional(), maximum: z.int().min(0).optional() })),
]);
export type Expectation = z.infer<typeof expectationSchema>;

/**
 * extract → transform → expect → load. `transform` is one SELECT over the sources by name; `$interval_start` and
 * `$interval_end` are the bounds of the run's interval (timestamps, end exclusive). `intervalColumn` is a date or timestamp of the transform
 * that lies in the interval in every row that is loaded: by it a rerun finds the rows to replace where another engine has rewritten the table.
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
export const pipelineDefinitionSchema = z.strictObject({
  sources: z
    .array(z.strictObject({ name: identifier, dataSourceId: z.string().min(1).max(64), columns: z.array(column).max(1000).optional() }))
    .min(1)
    .max(50),
  transform: exactTextSchema(100_000),
  expectations: z.array(expectationSchema).max(200).default([]),
  dataset: identifier,
  partitionBy: z.array(column).max(10).default([]),
  intervalColumn: column.optional(),
});
export type PipelineDefinition = z.infer<typeof pipelineDefinitionSchema>;
