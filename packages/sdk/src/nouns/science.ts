import type { Signature, TrainingSpec } from '@millrace/contracts';
import type {
  EvaluationFieldsFragment,
  ExperimentFieldsFragment,
  GetTrainingMetricsQuery,
  ModelFieldsFragment,
  ModelVersionFieldsFragment,
  SetModelAliasMutation,
  TrainingRunFieldsFragment,
} from '../generated/operations.ts';
import type { Job } from './job.ts';
import type { Refine } from './refine.ts';

/** Metrics by name: `auc`, `logLoss`, `precision` and others. */
export type MetricValues = Readonly<Record<string, number>>;
/** A named line of work for a use case. */
export type Experiment = ExperimentFieldsFragment;
/** One attempt to train: metrics, threshold, signature and artifact once its job has succeeded. */
export type TrainingRun = Refine<
  TrainingRunFieldsFragment,
  { spec: TrainingSpec; metrics: MetricValues | null; baselineMetrics: MetricValues | null; signature: Signature | null; job: Job }
>;
/** One value of a metric that a training run reported while it ran. */
export type TrainingMetric = GetTrainingMetricsQuery['trainingRun']['metricHistory'][number];
/** Metrics of a model version on one split of a dataset version, beside those of the baseline. */
export type Evaluation = Refine<EvaluationFieldsFragment, { metrics: MetricValues; baselineMetrics: MetricValues }>;
/** One immutable artifact of a model. */
export type ModelVersion = Refine<ModelVersionFieldsFragment, { signature: Signature; evaluations: readonly Evaluation[] }>;
/** A named model with its aliases. */
export type Model = ModelFieldsFragment;
/** A movable name on a version of a model. */
export type ModelAlias = SetModelAliasMutation['setModelAlias'];
