import type { ChangeFeed, JobLedger } from '@millrace/db';
import type { ArtifactStore } from '@millrace/storage';
import { AuditEventResolver, AuditEventService } from '#features/audit';
import { DataRequirementResolver, DataRequirementService } from '#features/data-requirements';
import { DataSourceResolver, DataSourceService } from '#features/data-sources';
import { DatasetResolver, DatasetService, DatasetVersionResolver } from '#features/datasets';
import { EndpointResolver, EndpointService, RoutingResolver, RoutingService } from '#features/endpoints';
import { EnvironmentResolver, EnvironmentService } from '#features/environments';
import { ExperimentResolver, ExperimentService, TrainingRunResolver } from '#features/experiments';
import { JobResolver, JobService, LeasedJobResolver, LeasedJobService } from '#features/jobs';
import { MetricResolver, MetricService } from '#features/metrics';
import { MilestoneResolver, MilestoneService } from '#features/milestones';
import { ModelAliasResolver, ModelResolver, ModelService, ModelVersionResolver, ServedArtifacts } from '#features/models';
import { LabelResolver, LabelService, MonitorResolver, MonitorService } from '#features/monitors';
import { NodeReportResolver, NodeReportService, NodeResolver, NodeService } from '#features/nodes';
import { MemberResolver, MemberService, WorkspaceResolver, WorkspaceService } from '#features/people';
import { PipelineResolver, PipelineRunResolver, PipelineService, type CheckSql } from '#features/pipelines';
import { ReleaseResolver, ReleaseService } from '#features/releases';
import { ScoringRunResolver, ScoringRunService, ScoringTaskResolver, ScoringTaskService } from '#features/scoring';
import { StrategyReviewResolver, StrategyReviewService } from '#features/strategy-reviews';
import { TokenResolver, TokenService } from '#features/tokens';
import { BusinessGoalResolver, UseCaseResolver, UseCaseService } from '#features/use-cases';
import type { Streams } from './context/request-context.ts';
import type { ResolverInstances } from './schema/build-schema.ts';

export interface FeatureParts {
  readonly changes: ChangeFeed;
  readonly ledger: JobLedger;
  readonly artifacts: ArtifactStore;
  /** Whether nodes may be reached by a loopback address, since all callers are on this machine. */
  readonly loopbackNodes: boolean;
  /** Fails for SQL of a pipeline that no run could use. */
  readonly checkSql: CheckSql;
}

/** Every service and every resolver, made once and wired by hand. */
export function makeFeatures({ changes, ledger, artifacts, loopbackNodes, checkSql }: FeatureParts): {
  readonly resolvers: ResolverInstances;
  readonly streams: Streams;
} {
  const jobs = new JobService({ changes, ledger });
  const leasedJobs = new LeasedJobService({ ledger });
  const useCases = new UseCaseService({ changes });
  const milestones = new MilestoneService();
  const instances = [
    new AuditEventResolver({ auditEvents: new AuditEventService() }),
    new TokenResolver({ tokens: new TokenService() }),
    new WorkspaceResolver({ workspaces: new WorkspaceService() }),
    new MemberResolver({ members: new MemberService() }),
    new JobResolver({ jobs }),
    new LeasedJobResolver({ leasedJobs }),
    new UseCaseResolver({ useCases }),
    new BusinessGoalResolver(),
    new MetricResolver({ metrics: new MetricService() }),
    new MilestoneResolver({ milestones }),
    new StrategyReviewResolver({ reviews: new StrategyReviewService({ milestones }) }),
    new DataSourceResolver({ dataSources: new DataSourceService() }),
    new DataRequirementResolver({ requirements: new DataRequirementService() }),
    new DatasetResolver({ datasets: new DatasetService() }),
    new DatasetVersionResolver(),
    new PipelineResolver({ pipelines: new PipelineService({ checkSql }) }),
    new PipelineRunResolver(),
    new ExperimentResolver({ experiments: new ExperimentService() }),
    new TrainingRunResolver(),
    new ModelResolver({ models: new ModelService(), artifacts: new ServedArtifacts({ artifacts }) }),
    new ModelVersionResolver(),
    new ModelAliasResolver(),
    new EnvironmentResolver({ environments: new EnvironmentService() }),
    new NodeResolver({ nodes: new NodeService({ loopbackNodes }) }),
    new NodeReportResolver({ reports: new NodeReportService({ artifacts }) }),
    new EndpointResolver({ endpoints: new EndpointService() }),
    new RoutingResolver({ routing: new RoutingService() }),
    new ReleaseResolver({ releases: new ReleaseService() }),
    new MonitorResolver({ monitors: new MonitorService() }),
    new ScoringRunResolver({ scoringRuns: new ScoringRunService() }),
    new ScoringTaskResolver({ tasks: new ScoringTaskService({ leasedJobs }) }),
    new LabelResolver({ labels: new LabelService({ artifacts }) }),
  ];
  return {
    resolvers: new Map(instances.map((instance) => [instance.constructor, instance])),
    streams: { job: (context, id) => jobs.follow(context, id), useCase: (context, id) => useCases.follow(context, id) },
  };
}
