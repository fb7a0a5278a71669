import type { ServingOptions, Signature, TrainingSpec } from '@millrace/contracts';
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

/**
 * Metrics by name: `auc`, `logLoss`, `precision` and others.
 *
 * @example
 * ```ts
 * import type { MetricValues } from '@millrace/sdk';
 * const auc = (metrics: MetricValues): number | undefined => metrics['auc'];
 * ```
 */
export type MetricValues = Readonly<Record<string, number>>;
/**
 * A named line of work for a use case.
 *
 * @example
 * ```ts
 * import type { Experiment } from '@millrace/sdk';
 * const title = ({ name, id }: Experiment): string => `${name} (${id})`;
 * ```
 */
export type Experiment = ExperimentFieldsFragment;
/**
 * One attempt to train: metrics, threshold, signature and artifact once its job has succeeded.
 *
 * @example
 * ```ts
 * import type { TrainingRun } from '@millrace/sdk';
 * const best = (runs: TrainingRun[]): TrainingRun | undefined => runs.toSorted((a, b) => (b.metrics?.['auc'] ?? 0) - (a.metrics?.['auc'] ?? 0))[0];
 * ```
 */
export type TrainingRun = Refine<
  TrainingRunFieldsFragment,
  { spec: TrainingSpec; metrics: MetricValues | null; baselineMetrics: MetricValues | null; signature: Signature | null; job: Job }
>;
/**
 * One value of a metric that a training run reported while it ran.
 *
 * @example
 * ```ts
 * import type { TrainingMetric } from '@millrace/sdk';
 * const point = ({ step, value }: TrainingMetric): [number, number] => [step, value];
 * ```
 */
export type TrainingMetric = GetTrainingMetricsQuery['trainingRun']['metricHistory'][number];
/**
 * Metrics of a model version on one split of a dataset version, beside those of the baseline.
 *
 * @example
 * ```ts
 * import type { Evaluation } from '@millrace/sdk';
 * const gain = ({ metrics, baselineMetrics }: Evaluation, name: string): number => (metrics[name] ?? 0) - (baselineMetrics[name] ?? 0);
 * ```
 */
export type Evaluation = Refine<EvaluationFieldsFragment, { metrics: MetricValues; baselineMetrics: MetricValues }>;
/**
 * One immutable artifact of a model.
 *
 * @example
 * ```ts
 * import type { ModelVersion } from '@millrace/sdk';
 * const inputs = ({ signature }: ModelVersion): string[] => signature.inputs.map(({ name, datatype }) => `${name}: ${datatype}`);
 * ```
 */
export type ModelVersion = Refine<ModelVersionFieldsFragment, { signature: Signature; evaluations: readonly Evaluation[] }>;
/**
 * A named model with its aliases.
 *
 * @example
 * ```ts
 * import type { Model } from '@millrace/sdk';
 * const champion = ({ aliases }: Model): number | undefined => aliases.find(({ name }) => name === 'champion')?.version;
 * ```
 */
export type Model = Refine<ModelFieldsFragment, { serving: ServingOptions }>;
/**
 * A movable name on a version of a model.
 *
 * @example
 * ```ts
 * import type { Millrace, ModelAlias } from '@millrace/sdk';
 * const challenge = (millrace: Millrace): Promise<ModelAlias> => millrace.models.setAlias({ model: 'late-flights', name: 'challenger', version: 2 });
 * ```
 */
export type ModelAlias = SetModelAliasMutation['setModelAlias'];
