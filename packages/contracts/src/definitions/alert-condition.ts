import { z } from 'zod';
import { LIVE_MEASURES } from '../values/live-measure.ts';
import { measureSchema } from './measure.ts';
import { exactTextSchema, nameSchema } from './name.ts';

const MOST_WINDOWS = 100;
const MOST_FEATURES = 1000;

/** How often: in `windows` of the last `outOf` windows that could be judged. */
const often = {
  windows: z.int().min(1).max(MOST_WINDOWS).default(1),
  outOf: z.int().min(1).max(MOST_WINDOWS).optional(),
};
const name = nameSchema(100).optional();

/**
 * When a monitor alerts, for each model version with traffic. `FEATURES`: more than none and at least `share` of the features drifted,
 * of all or of those that are named. `SCORE`: the score drifted. `METRIC`: a live measure is below its `floor` or above its `ceiling`.
 * It must be so in `windows` of the last `outOf` windows (`windows` in a row where `outOf` is left out). The name says which alert it is.
 *
 * @example
 * ```ts
 * import { alertConditionSchema, type AlertCondition, type AlertConditionInput } from '@millrace/contracts';
 *
 * const important: AlertCondition = alertConditionSchema.parse({ on: 'FEATURES', name: 'distance', features: ['distance'] });
 * const weak: AlertConditionInput = { on: 'METRIC', measure: 'auc', floor: 0.7, windows: 2, outOf: 3 };
 * ```
 */
export const alertConditionSchema = z
  .discriminatedUnion('on', [
    z.strictObject({
      on: z.literal('FEATURES'),
      name,
      features: z.array(exactTextSchema(255)).min(1).max(MOST_FEATURES).optional(),
      share: z.number().min(0).max(1).default(0),
      ...often,
    }),
    z.strictObject({ on: z.literal('SCORE'), name, ...often }),
    z.strictObject({
      on: z.literal('METRIC'),
      name,
      measure: z.enum(LIVE_MEASURES),
      floor: measureSchema.optional(),
      ceiling: measureSchema.optional(),
      ...often,
    }),
  ])
  .refine(({ windows, outOf }) => outOf === undefined || outOf >= windows, {
    path: ['outOf'],
    message: 'must be at least "windows": a condition cannot hold in more windows than are looked at',
  })
  .refine((condition) => condition.on !== 'METRIC' || condition.floor !== undefined || condition.ceiling !== undefined, {
    path: ['floor'],
    message: 'needs a "floor" or a "ceiling" to compare the measure with',
  });
export type AlertCondition = z.infer<typeof alertConditionSchema>;
export type AlertConditionInput = z.input<typeof alertConditionSchema>;

/**
 * The name of a condition: its own, or what it looks at.
 *
 * @example
 * ```ts
 * import { alertConditionName } from '@millrace/contracts';
 *
 * alertConditionName({ on: 'METRIC', measure: 'auc', floor: 0.7, windows: 1 }); // 'auc'
 * ```
 */
export function alertConditionName(condition: AlertCondition): string {
  if (condition.name !== undefined) return condition.name;
  if (condition.on === 'METRIC') return condition.measure;
  return condition.on === 'FEATURES' ? 'drift' : 'score drift';
}

/**
 * The conditions of a monitor. Their names differ: each has an alert of its own.
 *
 * @example
 * ```ts
 * import { alertConditionsSchema } from '@millrace/contracts';
 *
 * alertConditionsSchema.safeParse([{ on: 'SCORE' }, { on: 'SCORE', windows: 3 }]).success; // false: both are called "score drift"
 * ```
 */
export const alertConditionsSchema = z
  .array(alertConditionSchema)
  .max(100)
  .superRefine((conditions, context) => {
    const names = conditions.map(alertConditionName);
    for (const [index, taken] of names.entries()) {
      if (names.indexOf(taken) !== index)
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `is "${taken}" as that of another condition; give each a name of its own` });
    }
  });

/**
 * What a monitor alerts on unless it says otherwise.
 *
 * @example
 * ```ts
 * import { DEFAULT_CONDITIONS } from '@millrace/contracts';
 *
 * DEFAULT_CONDITIONS.map(({ on }) => on); // ['FEATURES', 'SCORE']
 * ```
 */
export const DEFAULT_CONDITIONS: readonly AlertCondition[] = [
  { on: 'FEATURES', share: 0, windows: 1 },
  { on: 'SCORE', windows: 1 },
];
