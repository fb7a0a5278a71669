import type {
  BusinessGoalFieldsFragment,
  MetricFieldsFragment,
  MilestoneFieldsFragment,
  ObservationFieldsFragment,
  StrategyReviewFieldsFragment,
  UseCaseFieldsFragment,
  UseCaseSummaryFieldsFragment,
} from '../generated/operations.ts';

/** A use case with its goal, metrics, milestones and reviews. */
export type UseCase = UseCaseFieldsFragment;
/** A use case as listings show it. */
export type UseCaseSummary = UseCaseSummaryFieldsFragment;
/** The measurable target of a use case. `attainment` is 0 at the baseline and 1 at the target. */
export type BusinessGoal = BusinessGoalFieldsFragment;
/** A named time series of a use case, with its latest observation. */
export type Metric = MetricFieldsFragment;
/** One value of a metric at a time. */
export type Observation = ObservationFieldsFragment;
/** A dated criterion on a metric. `forecast` is what the trend reaches by the due date. */
export type Milestone = MilestoneFieldsFragment;
/** A strategy review with its evidence and, once decided, its decision. */
export type StrategyReview = StrategyReviewFieldsFragment;
