import { z } from 'zod';

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
export const timeSplitSchema = z.object({
  kind: z.literal('time'),
  timeColumn: z.string().min(1),
  start: z.iso.datetime().optional(),
  validationStart: z.iso.datetime(),
  end: z.iso.datetime().optional(),
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
export const trainingSpecSchema = z.object({
  trainer: z.enum(TRAINERS),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
  features: z.array(z.string().min(1)).min(1),
  label: z.string().min(1),
  split: timeSplitSchema,
  seed: z.int().min(0).default(1),
  costs: z.object({ falsePositive: z.number().min(0), falseNegative: z.number().min(0) }).default({ falsePositive: 1, falseNegative: 1 }),
});
export type TrainingSpec = z.infer<typeof trainingSpecSchema>;
export type TrainingSpecInput = z.input<typeof trainingSpecSchema>;
