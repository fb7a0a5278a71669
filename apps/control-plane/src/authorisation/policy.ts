import type { QueueName } from '@millrace/contracts';
import type { Scope } from './scopes.ts';

/** What one root field asks of a token, and what is kept of its calls. */
export interface FieldPolicy {
  /** Any one of these is enough. */
  readonly scopes: readonly Scope[];
  /** `NOTHING` is for what nodes say while they work: it changes nothing that anybody decided, may be sent twice, and comes every second. Others leave an audit event, and their answer under their key; `NO_ANSWER` is for answers that hold a secret, which is shown once. */
  readonly kept?: 'NOTHING' | 'NO_ANSWER';
  /** Goes before everything else: while it waits, a job may lose its worker and a node counts as lost. */
  readonly urgent?: true;
}

export type RootTypeName = 'Query' | 'Mutation' | 'Subscription';
export type Policy = Readonly<Record<RootTypeName, Readonly<Record<string, FieldPolicy>>>>;

const read: FieldPolicy = { scopes: ['read'] };
const readOrNode: FieldPolicy = { scopes: ['read', 'node'] };
const readOrPredict: FieldPolicy = { scopes: ['read', 'predict'] };
const product: FieldPolicy = { scopes: ['product:write'] };
const data: FieldPolicy = { scopes: ['data:write'] };
const science: FieldPolicy = { scopes: ['science:write'] };
const ops: FieldPolicy = { scopes: ['ops:write'] };
const node: FieldPolicy = { scopes: ['node'] };
const lease: FieldPolicy = { ...node, urgent: true };
const scoring: FieldPolicy = { scopes: ['science:write', 'ops:write'] };
const admin: FieldPolicy = { scopes: ['admin'] };

/** The one table of who may call what. A root field that is missing here fails the build of the schema. */
export const POLICY: Policy = {
  Query: {
    viewer: { scopes: ['read', 'node', 'predict'] },
    tokens: admin,
    members: admin,
    auditEvents: admin,
    job: read,
    jobs: read,
    useCase: read,
    useCases: read,
    metric: read,
    dataSources: read,
    availabilityAssessment: read,
    dataset: read,
    datasets: read,
    datasetVersion: read,
    pipeline: read,
    pipelines: read,
    pipelineRun: read,
    experiment: read,
    trainingRun: read,
    model: read,
    models: read,
    modelVersion: read,
    environment: read,
    environments: read,
    endpoint: read,
    endpoints: read,
    endpointUrls: readOrPredict,
    release: read,
    releases: read,
    monitor: read,
    scoringRun: read,
    scoringRuns: read,
    scoringTask: node,
  },
  Mutation: {
    createToken: { ...admin, kept: 'NO_ANSWER' },
    revokeToken: admin,
    unbindToken: admin,
    createWorkspace: { ...admin, kept: 'NO_ANSWER' },
    createMember: admin,
    setMemberRoles: admin,
    cancelJob: { scopes: ['data:write', 'science:write', 'ops:write'] },
    retryJob: { scopes: ['data:write', 'science:write', 'ops:write'] },
    createUseCase: product,
    retireUseCase: product,
    setBusinessGoal: product,
    createMetric: product,
    recordObservation: product,
    createMilestone: product,
    openStrategyReview: product,
    decideStrategyReview: product,
    createDataSource: data,
    setReadingDefinition: data,
    createPipeline: data,
    startPipelineRuns: data,
    createDataRequirement: { scopes: ['science:write', 'data:write'] },
    assessAvailability: { scopes: ['science:write', 'data:write'] },
    createExperiment: science,
    startTrainingRun: science,
    registerModelVersion: science,
    setModelAlias: { scopes: ['science:write', 'ops:write'] },
    configureServing: ops,
    createEnvironment: ops,
    createEndpoint: ops,
    setShadow: ops,
    defineEnsemble: ops,
    decideRelease: ops,
    startRelease: ops,
    setMonitor: ops,
    closeMonitorWindows: ops,
    recordLabels: ops,
    registerNode: lease,
    heartbeat: { ...lease, kept: 'NOTHING' },
    recordPredictionSegment: node,
    recordMeasurement: node,
    createScoringRun: scoring,
    leaseJob: lease,
    renewJob: { ...lease, kept: 'NOTHING' },
    beginJobCommit: { ...lease, kept: 'NOTHING' },
    abandonJobCommit: { ...lease, kept: 'NOTHING' },
    succeedJob: lease,
    failJob: lease,
    cancelLeasedJob: lease,
    giveBackJob: lease,
    appendJobLog: { ...node, kept: 'NOTHING' },
    recordScoringOutput: node,
  },
  Subscription: { jobProgress: read, useCaseChanged: read },
};

/** Whoever may start the jobs of a queue may cancel them, and run them again. */
export const JOB_POLICY: Readonly<Record<QueueName, FieldPolicy>> = {
  etl: { scopes: ['data:write', 'science:write'] },
  training: science,
  deploy: ops,
  monitoring: ops,
  scoring,
};

/** What the HTTP routes beside GraphQL ask of a token. */
export const ROUTE_POLICY = {
  putArtifact: { scopes: ['data:write', 'science:write', 'ops:write', 'node'] },
  getArtifact: readOrNode,
} as const satisfies Readonly<Record<string, FieldPolicy>>;
