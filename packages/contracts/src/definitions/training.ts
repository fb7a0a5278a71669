import { z } from 'zod';

/** Names of the trainers that the house brings. */
export const TRAINERS = ['baseline', 'logistic-regression', 'gradient-boosted-trees'] as const;
export type TrainerName = (typeof TRAINERS)[number];

/** A split by time: rows with `timeColumn` before `validationStart` train, the others up to `end` validate. ISO 8601. */
export const timeSplitSchema = z.object({
  kind: z.literal('time'),
  timeColumn: z.string().min(1),
  start: z.iso.datetime().optional(),
  validationStart: z.iso.datetime(),
  end: z.iso.datetime().optional(),
});
export type TimeSplit = z.infer<typeof timeSplitSchema>;

/** What a training run is asked to do. `costs` decide the stored threshold: it minimises their sum on the validation rows. */
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
