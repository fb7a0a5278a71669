export { Millrace } from './millrace.ts';
export type { CallOptions, MillraceOptions, RetryOptions } from './options.ts';
export { MillraceError, type ErrorCode, type ErrorFields } from '@millrace/contracts';
export type {
  AlertConditionInput,
  AssessmentResult,
  Column,
  DataRequirementDefinition,
  Ensemble,
  EnvironmentPolicyInput,
  Expectation,
  FeatureDrift,
  MonitorDefinitionInput,
  NodeAssignment,
  PipelineDefinition,
  ScoringTask,
  ServingOptions,
  ServingOptionsInput,
  Signature,
  TensorSpec,
  TrainingSpecInput,
  WindowSummary,
} from '@millrace/contracts';
export { JobHandle, type WaitOptions } from './handles/job-handle.ts';
export { ReleaseHandle, type ReleaseWaitOptions } from './handles/release-handle.ts';
export { TrainingRunHandle } from './handles/training-run-handle.ts';
export { Pages, type Page, type PageRequest } from './transport/pages.ts';
export { InferenceClient, type PredictOptions, type Prediction } from './inference/inference-client.ts';
export type { Columns, Events } from './inference/columns.ts';
export {
  EVENT_ID_INPUT,
  EVENT_TIME_INPUT,
  type EndpointMetadata,
  type InferRequest,
  type InferResponse,
  type InferTensor,
  type TensorValue,
} from './inference/protocol.ts';
export type { Job, JobLogLine, Token, Viewer } from './nouns/job.ts';
export type { BusinessGoal, Metric, Milestone, Observation, StrategyReview, UseCase, UseCaseSummary } from './nouns/product.ts';
export type {
  AvailabilityAssessment,
  DataRequirement,
  DataSource,
  Dataset,
  DatasetVersion,
  Interval,
  Pipeline,
  PipelineDefinitionInput,
  PipelineRun,
} from './nouns/data.ts';
export type { Evaluation, Experiment, MetricValues, Model, ModelAlias, ModelVersion, TrainingMetric, TrainingRun } from './nouns/science.ts';
export type {
  Alert,
  Endpoint,
  Environment,
  Label,
  LabelBatch,
  Monitor,
  MonitorWindow,
  Node,
  NodeRegistration,
  PredictionSegment,
  Release,
  ReleaseStep,
  WindowPerformance,
} from './nouns/operation.ts';
export type { Lease, LeasedJob } from '@millrace/contracts';
export type { LedgerLogEntry, ScoringOutput, ScoringRun } from './nouns/scoring.ts';
export { ArtifactsResource, type ArtifactReference } from './resources/artifacts.resource.ts';
export { DataRequirementsResource, type AssessmentTarget } from './resources/data-requirements.resource.ts';
export { DataSourcesResource } from './resources/data-sources.resource.ts';
export { DatasetsResource } from './resources/datasets.resource.ts';
export { EndpointsResource } from './resources/endpoints.resource.ts';
export { EnvironmentsResource } from './resources/environments.resource.ts';
export { ExperimentsResource } from './resources/experiments.resource.ts';
export { GoalsResource } from './resources/goals.resource.ts';
export { JobsResource } from './resources/jobs.resource.ts';
export { LabelsResource } from './resources/labels.resource.ts';
export { MetricsResource } from './resources/metrics.resource.ts';
export { MilestonesResource, type MilestoneInput } from './resources/milestones.resource.ts';
export { ModelsResource } from './resources/models.resource.ts';
export { MonitorsResource } from './resources/monitors.resource.ts';
export { NodesResource, type MeasurementInput, type SegmentInput } from './resources/nodes.resource.ts';
export { NodeLedger } from './resources/node-ledger.ts';
export { PipelinesResource } from './resources/pipelines.resource.ts';
export { ReleasesResource } from './resources/releases.resource.ts';
export { ReviewsResource, type ReviewDecisionInput } from './resources/reviews.resource.ts';
export { ScoringResource, type ScoringRunInput } from './resources/scoring.resource.ts';
export { TokensResource } from './resources/tokens.resource.ts';
export { MembersResource } from './resources/members.resource.ts';
export { AuditEventsResource } from './resources/audit-events.resource.ts';
export { WorkspacesResource } from './resources/workspaces.resource.ts';
export type { AuditEvent, CreatedWorkspace, Member } from './nouns/people.ts';
export { TrainingRunsResource, type TrainingRunInput } from './resources/training-runs.resource.ts';
export { UseCasesResource } from './resources/use-cases.resource.ts';
