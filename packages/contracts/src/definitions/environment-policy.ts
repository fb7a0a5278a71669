import { z } from 'zod';
import { exactTextSchema } from './name.ts';

/**
 * What a release into an environment must pass, and how its canary advances. Latency in milliseconds; weights in percent.
 *
 * @example
 * ```ts
 * import { environmentPolicySchema, type EnvironmentPolicy, type EnvironmentPolicyInput } from '@millrace/contracts';
 *
 * const input: EnvironmentPolicyInput = { latencyObjectiveMilliseconds: 20 };
 * const policy: EnvironmentPolicy = environmentPolicySchema.parse(input);
 * policy.canarySteps[0]?.weight; // 10
 * ```
 */
export const environmentPolicySchema = z.object({
  /** The model version must beat its baseline on this evaluation metric. */
  offlineMetric: exactTextSchema(100).default('auc'),
  latencyObjectiveMilliseconds: z.number().positive().max(3_600_000).default(50),
  canarySteps: z
    .array(
      z.object({
        weight: z.int().min(1).max(99),
        minimumRequests: z.int().min(0).max(1_000_000_000),
        /** At most a week: a timer cannot wait for longer than 24 days. */
        holdSeconds: z.number().min(0).max(604_800),
        maximumErrorRate: z.number().min(0).max(1),
      }),
    )
    .max(50)
    .default([{ weight: 10, minimumRequests: 0, holdSeconds: 1, maximumErrorRate: 0.01 }]),
});
export type EnvironmentPolicy = z.infer<typeof environmentPolicySchema>;
export type EnvironmentPolicyInput = z.input<typeof environmentPolicySchema>;
