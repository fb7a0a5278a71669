import type {
  BusinessGoalFieldsFragment,
  MetricFieldsFragment,
  MilestoneFieldsFragment,
  ObservationFieldsFragment,
  StrategyReviewFieldsFragment,
  UseCaseFieldsFragment,
  UseCaseSummaryFieldsFragment,
} from '../generated/operations.ts';

/**
 * A use case with its goal, metrics, milestones and reviews.
 *
 * @example
 * ```ts
 * import type { UseCase } from '@millrace/sdk';
 * const toDecide = ({ reviews }: UseCase): string[] => reviews.filter(({ status }) => status === 'OPEN').map(({ reason }) => reason);
 * ```
 */
export type UseCase = UseCaseFieldsFragment;
/**
 * A use case as listings show it.
 *
 * @example
 * ```ts
 * import type { UseCaseSummary } from '@millrace/sdk';
 * const isLive = ({ status }: UseCaseSummary): boolean => status === 'LIVE';
 * ```
 */
export type UseCaseSummary = UseCaseSummaryFieldsFragment;
/**
 * The measurable target of a use case. `attainment` is 0 at the baseline and 1 at the target.
 *
 * @example
 * ```ts
 * import type { BusinessGoal } from '@millrace/sdk';
 * const reached = ({ attainment }: BusinessGoal): boolean => attainment !== null && attainment >= 1;
 * ```
 */
export type BusinessGoal = BusinessGoalFieldsFragment;
/**
 * A named time series of a use case, with its latest observation.
 *
 * @example
 * ```ts
 * import type { Metric } from '@millrace/sdk';
 * const latest = ({ latest, unit }: Metric): string => (latest === null ? 'not observed' : `${latest.value} ${unit}`);
 * ```
 */
export type Metric = MetricFieldsFragment;
/**
 * One value of a metric at a time.
 *
 * @example
 * ```ts
 * import type { Observation } from '@millrace/sdk';
 * const newest = (all: Observation[]): Observation | undefined => all.toSorted((a, b) => b.observedAt.localeCompare(a.observedAt))[0];
 * ```
 */
export type Observation = ObservationFieldsFragment;
/**
 * A dated criterion on a metric. `forecast` says where the metric will be at the due date, with an interval, and how likely the criterion is met until then;
 * null while there is too little to tell from, and once the milestone is met or missed.
 *
 * @example
 * ```ts
 * import type { Milestone } from '@millrace/sdk';
 * const needsCare = ({ status, forecast }: Milestone): boolean => status === 'AT_RISK' || status === 'MISSED' || (forecast?.probability ?? 1) < 0.5;
 * ```
 */
export type Milestone = MilestoneFieldsFragment;
/**
 * A strategy review with its evidence and, once decided, its decision.
 *
 * @example
 * ```ts
 * import type { StrategyReview } from '@millrace/sdk';
 * const outcome = ({ decision, decisionNote }: StrategyReview): string => (decision === null ? 'open' : `${decision}: ${decisionNote}`);
 * ```
 */
export type StrategyReview = StrategyReviewFieldsFragment;
