export { JOB_STATUSES, type JobStatus } from './values/job-status.ts';
export { QUEUE_NAMES, type QueueName } from './values/queue-name.ts';
export { USE_CASE_STATUSES, type UseCaseStatus } from './values/use-case-status.ts';
export { USE_CASE_CLOCKS, type UseCaseClock } from './values/use-case-clock.ts';
export { MILESTONE_STATUSES, type MilestoneStatus } from './values/milestone-status.ts';
export { COMPARATORS, type Comparator } from './values/comparator.ts';
export { DIRECTIONS, type Direction } from './values/direction.ts';
export { METRIC_SOURCES, type MetricSource } from './values/metric-source.ts';
export { REVIEW_DECISIONS, type ReviewDecision } from './values/review-decision.ts';
export { REVIEW_STATUSES, type ReviewStatus } from './values/review-status.ts';
export { AVAILABILITY_VERDICTS, type AvailabilityVerdict } from './values/availability-verdict.ts';
export { SOURCE_FORMATS, type SourceFormat } from './values/source-format.ts';
export { BAD_VALUE_POLICIES, type BadValuePolicy } from './values/bad-value-policy.ts';
export { HEADER_PRESENCES, type HeaderPresence } from './values/header-presence.ts';
export { TEXT_ENCODINGS, type TextEncoding } from './values/text-encoding.ts';
export { EXPECTATION_SEVERITIES, type ExpectationSeverity } from './values/expectation-severity.ts';
export { RELEASE_STATUSES, type ReleaseStatus } from './values/release-status.ts';
export { EVALUATION_METRICS, type EvaluationMetric } from './values/evaluation-metric.ts';
export { RELEASE_DECISIONS, type ReleaseDecision } from './values/release-decision.ts';
export { STEP_STATUSES, type StepStatus } from './values/step-status.ts';
export { NODE_STATUSES, type NodeStatus } from './values/node-status.ts';
export { VERSION_CONDITIONS, type VersionCondition } from './values/version-condition.ts';
export { ISOLATION_CHOICES, type IsolationChoice } from './values/isolation-choice.ts';
export { EXECUTION_PROVIDERS, type ExecutionProvider } from './values/execution-provider.ts';
export { ALERT_STATUSES, type AlertStatus } from './values/alert-status.ts';
export { WINDOW_STATUSES, type WindowStatus } from './values/window-status.ts';
export { ROLES, type Role } from './values/role.ts';
export { TOKEN_KINDS, type TokenKind } from './values/token-kind.ts';
export { LOG_LEVELS, type LogLevel } from './values/log-level.ts';
export { DATATYPE_OF_ONNX_TYPE } from './values/onnx-datatype.ts';
export { TENSOR_DATATYPES, type TensorDatatype } from './values/tensor-datatype.ts';
export { COLUMN_TYPES, type ColumnType } from './values/column-type.ts';
export { ID_PREFIXES, newId, type IdKind } from './ids.ts';
export { ERROR_CODES, MillraceError, type ErrorCode, type ErrorFields, type SerializedError } from './errors/millrace-error.ts';
export { instantSchema, instantTextSchema } from './definitions/instant.ts';
export { costSchema, eventSecondsSchema, measureSchema, neededRowsSchema } from './definitions/measure.ts';
export { exactTextSchema, nameSchema } from './definitions/name.ts';
export { serializedErrorSchema } from './errors/serialized-error.ts';
export { columnSchema, type Column } from './definitions/column.ts';
export { signatureSchema, tensorSpecSchema, type Signature, type TensorSpec } from './definitions/signature.ts';
export {
  categoricalHistogramSchema,
  histogramSchema,
  numericHistogramSchema,
  referenceProfileSchema,
  SEGMENT_SUMMARY_LIMITS,
  windowSummarySchema,
  type CategoricalHistogram,
  type Histogram,
  type NumericHistogram,
  type ReferenceProfile,
  type WindowSummary,
} from './definitions/histogram.ts';
export {
  assessmentResultSchema,
  dataRequirementSchema,
  findingSchema,
  type AssessmentResult,
  type DataRequirementDefinition,
  type Finding,
} from './definitions/data-requirement.ts';
export { foreignReadingMembers, readingColumnSchema, readingDefinitionSchema, type ReadingDefinition } from './definitions/reading.ts';
export { expectationSchema, pipelineDefinitionSchema, type Expectation, type PipelineDefinition } from './definitions/pipeline.ts';
export {
  TRAINERS,
  timeSplitSchema,
  trainingSpecSchema,
  type TimeSplit,
  type TrainerName,
  type TrainingSpec,
  type TrainingSpecInput,
} from './definitions/training.ts';
export { featureDriftSchema, monitorDefinitionSchema, type FeatureDrift, type MonitorDefinition, type MonitorDefinitionInput } from './definitions/monitor.ts';
export {
  alertConditionName,
  alertConditionSchema,
  alertConditionsSchema,
  DEFAULT_CONDITIONS,
  type AlertCondition,
  type AlertConditionInput,
} from './definitions/alert-condition.ts';
export { LIVE_MEASURES, type LiveMeasure } from './values/live-measure.ts';
export {
  canaryTestSchema,
  environmentPolicySchema,
  type CanaryTest,
  type EnvironmentPolicy,
  type EnvironmentPolicyInput,
} from './definitions/environment-policy.ts';
export {
  latencyBucketOf,
  latencyBucketsFor,
  nodeStatisticsSchema,
  routedCountsSchema,
  versionCountsSchema,
  type NodeStatistics,
  type RoutedCounts,
  type VersionCounts,
} from './definitions/node-statistics.ts';
export { servingOptionsSchema, type ServingOptions, type ServingOptionsInput } from './definitions/serving-options.ts';
export { ensembleSchema, type Ensemble } from './definitions/ensemble.ts';
export { PREDICTION_LOG_MODES, type PredictionLogMode } from './values/prediction-log-mode.ts';
export {
  PREDICTION_COLUMNS,
  predictionFeatureSchema,
  rowSchemaSchema,
  segmentHeadSchema,
  type PredictionFeature,
  type RowSchema,
  type SegmentHead,
} from './definitions/prediction-row.ts';
export { predictionLogStatusSchema, type PredictionLogStatus } from './definitions/prediction-log-status.ts';
export { assignedVersionSchema, nodeAssignmentSchema, type AssignedVersion, type NodeAssignment } from './definitions/node-assignment.ts';
export { versionStateSchema, type VersionState } from './definitions/version-state.ts';
export { scoringTaskSchema, type ScoringTask } from './definitions/scoring-task.ts';
export type { Lease, LeasedJob } from './jobs/lease.ts';
export { defineJob, type JobDefinition } from './jobs/job-definition.ts';
export { JOB_CATALOG, type JobName, type JobNameOn, type JobPayload, type JobResult } from './jobs/catalog.ts';
