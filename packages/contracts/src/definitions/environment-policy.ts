import { z } from 'zod';
import { EVALUATION_METRICS, type EvaluationMetric } from '../values/evaluation-metric.ts';

/**
 * How a canary is compared with the live version over the same time. Both error rates of the test hold for a whole release, however often it is looked at.
 *
 * @example
 * ```ts
 * import { canaryTestSchema, type CanaryTest } from '@millrace/contracts';
 *
 * const test: CanaryTest = canaryTestSchema.parse({ toleratedErrorRatio: 1.2 });
 * test.falseRollbackRate; // 0.01
 * ```
 */
export const canaryTestSchema = z.strictObject({
  /** The share of candidates no worse than the live version that may be rolled back. */
  falseRollbackRate: z.number().min(1e-6).max(0.5).default(0.01),
  /** The share of candidates worse than tolerated that may be promoted. */
  falsePromotionRate: z.number().min(1e-6).max(0.5).default(0.05),
  /** A candidate is promoted when its error rate was shown to be below `toleratedErrorRatio` × that of the live version + `toleratedErrorIncrease`. */
  toleratedErrorRatio: z.number().min(1).max(100).default(1.5),
  toleratedErrorIncrease: z.number().min(1e-5).max(0.5).default(0.002),
  /** A candidate that takes more than so many times as long as the live version is slower. */
  toleratedLatencyRatio: z.number().min(1).max(1000).default(1.5),
});
export type CanaryTest = z.infer<typeof canaryTestSchema>;

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
export const environmentPolicySchema = z.strictObject({
  /** The model version must beat its baseline on this evaluation metric. */
  offlineMetric: z.enum(Object.keys(EVALUATION_METRICS) as EvaluationMetric[]).default('auc'),
  latencyObjectiveMilliseconds: z.number().positive().max(3_600_000).default(50),
  canarySteps: z
    .array(
      z.strictObject({
        weight: z.int().min(1).max(99),
        /** Requests of the candidate that the step must have seen, whatever was concluded before. */
        minimumRequests: z.int().min(0).max(1_000_000_000),
        /** At most a week: a timer cannot wait for longer than 24 days. */
        holdSeconds: z.number().min(0).max(604_800),
        /** Judges a first release, which has no live version to be compared with. That no request ever fails can be shown by no number of requests. */
        maximumErrorRate: z.number().min(0.0001, 'must be at least 0.0001: no number of requests shows that none ever fails').max(0.99),
      }),
    )
    .max(50)
    .default([{ weight: 10, minimumRequests: 0, holdSeconds: 1, maximumErrorRate: 0.01 }]),
  canaryTest: canaryTestSchema.prefault({}),
});
export type EnvironmentPolicy = z.infer<typeof environmentPolicySchema>;
export type EnvironmentPolicyInput = z.input<typeof environmentPolicySchema>;
