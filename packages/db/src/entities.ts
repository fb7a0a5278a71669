import { Alert } from './entities/alert.entity.ts';
import { AssignedVersion } from './entities/assigned-version.entity.ts';
import { AuditEvent } from './entities/audit-event.entity.ts';
import { AvailabilityAssessment } from './entities/availability-assessment.entity.ts';
import { BusinessGoal } from './entities/business-goal.entity.ts';
import { DataRequirement } from './entities/data-requirement.entity.ts';
import { DataSourceEntity } from './entities/data-source.entity.ts';
import { Dataset } from './entities/dataset.entity.ts';
import { DatasetVersion } from './entities/dataset-version.entity.ts';
import { Endpoint } from './entities/endpoint.entity.ts';
import { Environment } from './entities/environment.entity.ts';
import { EnvironmentAssessment } from './entities/environment-assessment.entity.ts';
import { Evaluation } from './entities/evaluation.entity.ts';
import { Experiment } from './entities/experiment.entity.ts';
import { IdempotencyRecord } from './entities/idempotency-record.entity.ts';
import { Job } from './entities/job.entity.ts';
import { JobLogLine } from './entities/job-log-line.entity.ts';
import { LabelBatch } from './entities/label-batch.entity.ts';
import { LabelWindow } from './entities/label-window.entity.ts';
import { Member } from './entities/member.entity.ts';
import { Metric } from './entities/metric.entity.ts';
import { Milestone } from './entities/milestone.entity.ts';
import { Model } from './entities/model.entity.ts';
import { ModelAlias } from './entities/model-alias.entity.ts';
import { ModelVersion } from './entities/model-version.entity.ts';
import { Monitor } from './entities/monitor.entity.ts';
import { MonitorWindow } from './entities/monitor-window.entity.ts';
import { Node } from './entities/node.entity.ts';
import { Observation } from './entities/observation.entity.ts';
import { OutboxRow } from './entities/outbox-row.entity.ts';
import { Pipeline } from './entities/pipeline.entity.ts';
import { PipelineRun } from './entities/pipeline-run.entity.ts';
import { PredictionSegment } from './entities/prediction-segment.entity.ts';
import { Release } from './entities/release.entity.ts';
import { ReleaseStep } from './entities/release-step.entity.ts';
import { ScoringRun } from './entities/scoring-run.entity.ts';
import { StrategyReview } from './entities/strategy-review.entity.ts';
import { Sweep } from './entities/sweep.entity.ts';
import { Token } from './entities/token.entity.ts';
import { TrainingMetric } from './entities/training-metric.entity.ts';
import { TrainingRun } from './entities/training-run.entity.ts';
import { UseCase } from './entities/use-case.entity.ts';
import { Workspace } from './entities/workspace.entity.ts';

/** Every entity. */
export const ENTITIES = [
  Alert,
  AssignedVersion,
  AuditEvent,
  AvailabilityAssessment,
  BusinessGoal,
  DataRequirement,
  DataSourceEntity,
  Dataset,
  DatasetVersion,
  Endpoint,
  Environment,
  EnvironmentAssessment,
  Evaluation,
  Experiment,
  IdempotencyRecord,
  Job,
  JobLogLine,
  LabelBatch,
  LabelWindow,
  Member,
  Metric,
  Milestone,
  Model,
  ModelAlias,
  ModelVersion,
  Monitor,
  MonitorWindow,
  Node,
  Observation,
  OutboxRow,
  Pipeline,
  PipelineRun,
  PredictionSegment,
  Release,
  ReleaseStep,
  ScoringRun,
  StrategyReview,
  Sweep,
  Token,
  TrainingMetric,
  TrainingRun,
  UseCase,
  Workspace,
] as const;
