import { AuditEventResolver } from '#features/audit';
import { DataRequirementResolver } from '#features/data-requirements';
import { DataSourceResolver } from '#features/data-sources';
import { DatasetResolver, DatasetVersionResolver } from '#features/datasets';
import { EndpointResolver, RoutingResolver } from '#features/endpoints';
import { EnvironmentResolver } from '#features/environments';
import { ExperimentResolver, TrainingRunResolver } from '#features/experiments';
import { JobResolver, LeasedJobResolver } from '#features/jobs';
import { MetricResolver } from '#features/metrics';
import { MilestoneResolver } from '#features/milestones';
import { ModelAliasResolver, ModelResolver, ModelVersionResolver } from '#features/models';
import { LabelResolver, MonitorResolver } from '#features/monitors';
import { NodeReportResolver, NodeResolver } from '#features/nodes';
import { MemberResolver, WorkspaceResolver } from '#features/people';
import { PipelineResolver, PipelineRunResolver } from '#features/pipelines';
import { ReleaseResolver } from '#features/releases';
import { ScoringRunResolver, ScoringTaskResolver } from '#features/scoring';
import { StrategyReviewResolver } from '#features/strategy-reviews';
import { TokenResolver } from '#features/tokens';
import { BusinessGoalResolver, UseCaseResolver } from '#features/use-cases';

/** Every class of resolvers: what the schema consists of. */
export const RESOLVERS = [
  AuditEventResolver,
  BusinessGoalResolver,
  DataRequirementResolver,
  DataSourceResolver,
  DatasetResolver,
  DatasetVersionResolver,
  EndpointResolver,
  EnvironmentResolver,
  ExperimentResolver,
  JobResolver,
  LabelResolver,
  LeasedJobResolver,
  MemberResolver,
  MetricResolver,
  MilestoneResolver,
  ModelAliasResolver,
  ModelResolver,
  ModelVersionResolver,
  MonitorResolver,
  NodeReportResolver,
  NodeResolver,
  PipelineResolver,
  PipelineRunResolver,
  ReleaseResolver,
  RoutingResolver,
  ScoringRunResolver,
  ScoringTaskResolver,
  StrategyReviewResolver,
  TokenResolver,
  TrainingRunResolver,
  UseCaseResolver,
  WorkspaceResolver,
] as const;
