import { z } from 'zod';
import { instantTextSchema } from './instant.ts';
import { costSchema } from './measure.ts';
import { exactTextSchema } from './name.ts';

/**
 * Names of the trainers that the house brings.
 *
 * @example
 * ```ts
 * import { TRAINERS, type TrainerName } from '@millrace/contracts';
 *
 * const candidates: readonly TrainerName[] = TRAINERS.filter((trainer) => trainer !== 'baseline');
 * ```
 */
export const TRAINERS = ['baseline', 'logistic-regression', 'gradient-boosted-trees'] as const;
export type TrainerName = (typeof TRAINERS)[number];

/**
 * A split by time: rows with `timeColumn` before `validationStart` train, the others up to `end` validate. ISO 8601.
 *
 * @example
 * ```ts
 * import { timeSplitSchema, type TimeSplit } from '@millrace/contracts';
 *
 * const split: TimeSplit = timeSplitSchema.parse({ kind: 'time', timeColumn: 'date', validationStart: '2001-03-16T00:00:00Z' });
 * ```
 */
export const timeSplitSchema = z.strictObject({
  kind: z.literal('time'),
  timeColumn: exactTextSchema(255),
  start: instantTextSchema.optional(),
  validationStart: instantTextSchema,
  end: instantTextSchema.optional(),
});
export type TimeSplit = z.infer<typeof timeSplitSchema>;

/**
 * What a training run is asked to do. `costs` decide the stored threshold: it minimises their sum on the validation rows.
 *
 * @example
 * ```ts
 * import { trainingSpecSchema, type TrainingSpec, type TrainingSpecInput } from '@millrace/contracts';
 *
 * const input: TrainingSpecInput = {
 *   trainer: 'gradient-boosted-trees',
 *   features: ['distance', 'origin'],
 *   label: 'late',
 *   split: { kind: 'time', timeColumn: 'date', validationStart: '2001-03-16T00:00:00Z' },
 * };
 * const spec: TrainingSpec = trainingSpecSchema.parse(input);
 * spec.seed; // 1
 * ```
 */
export const trainingSpecSchema = z.strictObject({
  trainer: z.enum(TRAINERS),
  parameters: z
    .record(z.string().max(100), z.union([z.number(), exactTextSchema(1000), z.boolean()]))
    .refine((parameters) => Object.keys(parameters).length <= 100, 'must be at most 100')
    .default({}),
  features: z.array(exactTextSchema(255)).min(1).max(1000),
  label: exactTextSchema(255),
  split: timeSplitSchema,
  seed: z.int().min(0).max(4_294_967_295).default(1),
  costs: z.strictObject({ falsePositive: costSchema, falseNegative: costSchema }).default({ falsePositive: 1, falseNegative: 1 }),
});
export type TrainingSpec = z.infer<typeof trainingSpecSchema>;
export type TrainingSpecInput = z.input<typeof trainingSpecSchema>;
