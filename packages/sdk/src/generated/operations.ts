/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { Operation } from '../transport/operation.ts';
export type AlertStatus =
  | 'OPEN'
  | 'RESOLVED';

export type AppendJobLogInput = {
  readonly lease: LeaseInput;
  readonly lines: ReadonlyArray<JobLogLineInput>;
};

export type AssessAvailabilityInput = {
  readonly dataRequirementId: string;
  readonly dataSourceId?: string | null | undefined;
  readonly datasetVersionId?: string | null | undefined;
};

export type AvailabilityVerdict =
  | 'AVAILABLE'
  | 'MISSING'
  | 'PARTIAL';

export type BadValuePolicy =
  | 'FAIL'
  | 'QUARANTINE'
  | 'WIDEN';

export type CloseMonitorWindowsInput = {
  readonly monitorId: string;
  readonly upTo: string;
};

export type Comparator =
  | 'GT'
  | 'GTE'
  | 'LT'
  | 'LTE';

export type ConfigureServingInput = {
  readonly model: string;
  readonly options: unknown;
};

export type CreateDataRequirementInput = {
  readonly definition: unknown;
  readonly name: string;
  readonly useCaseId: string;
};

export type CreateDataSourceInput = {
  readonly format: SourceFormat;
  readonly name: string;
  /** How the files are read. What is left out is found over the whole of them. */
  readonly reading?: ReadingDefinitionInput | null | undefined;
  readonly uri: string;
};

export type CreateEndpointInput = {
  readonly environment: string;
  readonly name: string;
  readonly useCaseId: string;
};

export type CreateEnvironmentInput = {
  readonly name: string;
  readonly policy?: unknown;
};

export type CreateExperimentInput = {
  readonly name: string;
  readonly useCaseId: string;
};

export type CreateMemberInput = {
  readonly email: string;
  readonly name: string;
  readonly roles: ReadonlyArray<Role>;
};

export type CreateMetricInput = {
  readonly direction: Direction;
  readonly name: string;
  readonly source: MetricSource;
  readonly unit: string;
  readonly useCaseId: string;
};

export type CreateMilestoneInput = {
  readonly comparator: Comparator;
  readonly consecutiveWindows?: number | null | undefined;
  readonly dueAt: string;
  readonly metricId: string;
  readonly name: string;
  readonly threshold: number;
  readonly useCaseId: string;
};

export type CreatePipelineInput = {
  readonly definition: unknown;
  readonly name: string;
  readonly useCaseId?: string | null | undefined;
};

export type CreateScoringRunInput = {
  readonly datasetVersionId: string;
  readonly environment?: string | null | undefined;
  readonly keyColumns?: ReadonlyArray<string>;
  readonly modelVersionId: string;
  readonly outputDataset: string;
};

export type CreateTokenInput = {
  readonly endpoints?: ReadonlyArray<string> | null | undefined;
  readonly expiresAt?: string | null | undefined;
  readonly kind: TokenKind;
  readonly memberId?: string | null | undefined;
  readonly name: string;
  readonly nodeId?: string | null | undefined;
  readonly scopes: ReadonlyArray<string>;
};

export type CreateUseCaseInput = {
  readonly clock?: UseCaseClock | null | undefined;
  readonly name: string;
  readonly problem: string;
};

export type CreateWorkspaceInput = {
  readonly name: string;
};

export type DecideReleaseInput = {
  readonly decision: ReleaseDecision;
  readonly reason: string;
  readonly releaseId: string;
};

export type DecideStrategyReviewInput = {
  readonly decision: ReviewDecision;
  readonly id: string;
  readonly milestones?: ReadonlyArray<CreateMilestoneInput> | null | undefined;
  readonly note: string;
};

export type DefineEnsembleInput = {
  readonly endpoint: string;
  readonly ensemble?: unknown;
};

export type Direction =
  | 'DECREASE'
  | 'INCREASE';

export type FailJobInput = {
  readonly error: unknown;
  readonly lease: LeaseInput;
  readonly retryInSeconds?: number | null | undefined;
};

export type HeaderPresence =
  | 'ABSENT'
  | 'PRESENT';

export type HeartbeatInput = {
  readonly draining?: boolean | null | undefined;
  readonly nodeId: string;
  readonly servedGeneration: number;
  readonly stats: unknown;
  readonly versionStates: unknown;
};

export type IntervalInput = {
  readonly end: string;
  readonly start: string;
};

export type JobLogLineInput = {
  readonly at: string;
  readonly fields: unknown;
  readonly level: LogLevel;
  readonly message: string;
};

export type JobStatus =
  | 'CANCELLED'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED';

export type LabelInput = {
  readonly eventId: string;
  readonly eventTime?: string | null | undefined;
  readonly value: number;
};

export type LeaseInput = {
  readonly attempt: number;
  readonly holder: string;
  readonly jobId: string;
};

export type LeaseJobInput = {
  readonly environment?: string | null | undefined;
  readonly holder: string;
  readonly jobId: string;
  readonly leaseSeconds: number;
};

export type LogLevel =
  | 'DEBUG'
  | 'ERROR'
  | 'INFO'
  | 'WARN';

export type MetricSource =
  | 'BUSINESS'
  | 'LIVE'
  | 'OFFLINE';

export type MilestoneStatus =
  | 'AT_RISK'
  | 'MET'
  | 'MISSED'
  | 'ON_TRACK'
  | 'PENDING';

export type NodeStatus =
  | 'DRAINING'
  | 'LOST'
  | 'READY';

export type OpenStrategyReviewInput = {
  readonly reason: string;
  readonly useCaseId: string;
};

export type QueueName =
  | 'deploy'
  | 'etl'
  | 'monitoring'
  | 'scoring'
  | 'training';

export type ReadingColumnInput = {
  /** The name of the column. */
  readonly name: string;
  /** The type that the values are read as: boolean, byte, short, integer, long, float, double, string, date, timestamp, or decimal(precision,scale). */
  readonly type: string;
};

/** How the files of a data source are read. What is left out is found over the whole of them. */
export type ReadingDefinitionInput = {
  /** Declared types of columns. Those of others are found over all their values. */
  readonly columns?: ReadonlyArray<ReadingColumnInput> | null | undefined;
  /** How dates are written, in directives of strptime such as %d/%m/%Y. ISO 8601 where left out. */
  readonly dateFormat?: string | null | undefined;
  /** The point or the comma of decimal fractions. The point where left out. */
  readonly decimalSeparator?: string | null | undefined;
  /** One character between fields. Found where left out. */
  readonly delimiter?: string | null | undefined;
  /** For example utf-8, utf-16le, latin1 or windows-1252. UTF-8 and UTF-16 are found where left out. */
  readonly encoding?: string | null | undefined;
  /** What stands before a quote within a quoted field: the quote itself, or another character. Found where left out. */
  readonly escape?: string | null | undefined;
  /** Whether the first line has the names of the columns. Found where left out. */
  readonly header?: HeaderPresence | null | undefined;
  /** The names of all columns in order, in place of those in the header. */
  readonly names?: ReadonlyArray<string> | null | undefined;
  /** The texts that stand for no value, in every column. Where left out, nothing does, and NA and the like do in columns that are not text. */
  readonly nullTexts?: ReadonlyArray<string> | null | undefined;
  /** What becomes of a value that does not fit the declared type of its column. WIDEN where left out. */
  readonly onBadValue?: BadValuePolicy | null | undefined;
  /** The character around fields that have delimiters in them; empty where nothing is quoted. A double quote where left out. */
  readonly quote?: string | null | undefined;
  /** How many lines stand before the table. */
  readonly skipLines?: number | null | undefined;
  /** What stands between thousands. Nothing where left out. */
  readonly thousandsSeparator?: string | null | undefined;
  /** How times are written, in directives of strptime. ISO 8601 where left out. */
  readonly timestampFormat?: string | null | undefined;
};

export type RecordLabelsInput = {
  readonly endpoint: string;
  readonly labels: ReadonlyArray<LabelInput>;
};

export type RecordMeasurementInput = {
  readonly environmentAssessmentId: string;
  readonly error?: unknown;
  readonly result?: unknown;
};

export type RecordObservationInput = {
  readonly detail?: unknown;
  readonly metricId: string;
  readonly modelVersionId?: string | null | undefined;
  readonly observedAt: string;
  readonly segment?: string | null | undefined;
  readonly value: number;
};

export type RecordPredictionSegmentInput = {
  readonly artifactDigest: string;
  readonly endpointId: string;
  readonly maxEventTime: string;
  readonly minEventTime: string;
  readonly nodeId: string;
  readonly rows: number;
  readonly sequence: number;
  readonly summaries: unknown;
};

export type RecordScoringOutputInput = {
  readonly deltaVersion: number;
  readonly lease: LeaseInput;
  readonly rejected?: number;
  readonly rows: number;
  readonly schema: unknown;
  readonly tableBytes: number;
  readonly tableRows: number;
};

export type RegisterModelVersionInput = {
  readonly model: string;
  readonly trainingRunId: string;
};

export type RegisterNodeInput = {
  readonly environment: string;
  readonly executionProviders: ReadonlyArray<string>;
  readonly hardware: unknown;
  readonly name: string;
  readonly nodeClass: string;
  readonly url: string;
};

export type ReleaseDecision =
  | 'PROMOTE'
  | 'ROLL_BACK';

export type ReleaseStatus =
  | 'CANARY'
  | 'CHECKING'
  | 'PENDING'
  | 'PROMOTED'
  | 'REJECTED'
  | 'ROLLED_BACK';

export type RenewAnswer =
  | 'CANCEL_REQUESTED'
  | 'HELD'
  | 'LOST';

export type RenewJobInput = {
  readonly lease: LeaseInput;
  readonly leaseSeconds: number;
  readonly note?: string | null | undefined;
  readonly progress: number;
};

export type ReviewDecision =
  | 'ADJUST'
  | 'CONTINUE'
  | 'STOP';

export type ReviewStatus =
  | 'DECIDED'
  | 'OPEN';

export type Role =
  | 'ADMIN'
  | 'DATA_ENGINEERING'
  | 'DATA_SCIENCE'
  | 'MLOPS'
  | 'PRODUCT'
  | 'VIEWER';

export type SetBusinessGoalInput = {
  readonly baseline: number;
  readonly direction: Direction;
  readonly dueAt: string;
  readonly metricId: string;
  readonly target: number;
  readonly unit: string;
  readonly useCaseId: string;
};

export type SetMemberRolesInput = {
  readonly id: string;
  readonly roles: ReadonlyArray<Role>;
};

export type SetModelAliasInput = {
  readonly model: string;
  readonly name: string;
  readonly version: number;
};

export type SetMonitorInput = {
  /** Of the shape `monitorDefinitionSchema` of the contracts; what is left out has its default. */
  readonly definition: unknown;
  readonly endpointId: string;
};

export type SetReadingDefinitionInput = {
  readonly dataSourceId: string;
  /** Takes the place of the whole definition. */
  readonly reading: ReadingDefinitionInput;
};

export type SetShadowInput = {
  readonly endpoint: string;
  readonly modelVersionId?: string | null | undefined;
  readonly share?: number;
};

export type SourceFormat =
  | 'CSV'
  | 'NDJSON'
  | 'PARQUET';

export type StartPipelineRunsInput = {
  readonly intervals: ReadonlyArray<IntervalInput>;
  readonly pipelineId: string;
};

export type StartReleaseInput = {
  readonly endpointId: string;
  readonly modelVersionId: string;
};

export type StartTrainingRunInput = {
  readonly codeReference?: string | null | undefined;
  readonly datasetVersionId: string;
  readonly experimentId: string;
  readonly spec: unknown;
};

export type StepStatus =
  | 'FAILED'
  | 'INCONCLUSIVE'
  | 'PASSED'
  | 'RUNNING';

export type SucceedJobInput = {
  readonly lease: LeaseInput;
  readonly result: unknown;
};

export type TokenKind =
  | 'MEMBER'
  | 'NODE'
  | 'SERVICE';

export type UseCaseClock =
  | 'EVENT'
  | 'WALL';

export type UseCaseStatus =
  | 'ASSESSING'
  | 'BUILDING'
  | 'LIVE'
  | 'PROPOSED'
  | 'RETIRED'
  | 'UNDER_REVIEW';

export type WindowStatus =
  | 'CLOSED'
  | 'OPEN';

export type DataSourceFieldsFragment = { readonly id: string, readonly name: string, readonly format: SourceFormat, readonly uri: string, readonly reading: unknown, readonly createdAt: string };

export type DataRequirementFieldsFragment = { readonly id: string, readonly useCaseId: string, readonly name: string, readonly definition: unknown };

export type AvailabilityAssessmentFieldsFragment = { readonly id: string, readonly dataRequirementId: string, readonly verdict: AvailabilityVerdict | null, readonly rows: number | null, readonly findings: ReadonlyArray<{ readonly requirement: string, readonly subject: string, readonly measured: string, readonly needed: string, readonly met: boolean, readonly severity: string, readonly message: string }>, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type DatasetVersionFieldsFragment = { readonly id: string, readonly datasetId: string, readonly dataset: string, readonly deltaVersion: number, readonly rows: number, readonly bytes: number, readonly schema: unknown, readonly profile: unknown, readonly lineage: unknown, readonly createdAt: string };

export type DatasetFieldsFragment = { readonly id: string, readonly name: string, readonly schema: unknown, readonly partitionBy: ReadonlyArray<string>, readonly latestVersion: { readonly id: string, readonly datasetId: string, readonly dataset: string, readonly deltaVersion: number, readonly rows: number, readonly bytes: number, readonly schema: unknown, readonly profile: unknown, readonly lineage: unknown, readonly createdAt: string } | null };

export type PipelineFieldsFragment = { readonly id: string, readonly name: string, readonly version: number, readonly definition: unknown };

export type PipelineRunFieldsFragment = { readonly id: string, readonly pipelineId: string, readonly intervalStart: string, readonly intervalEnd: string, readonly datasetVersionId: string | null, readonly rowsLoaded: number | null, readonly rowsQuarantined: number | null, readonly expectations: unknown, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type ListDataSourcesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListDataSourcesQuery = { readonly dataSources: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly format: SourceFormat, readonly uri: string, readonly reading: unknown, readonly createdAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetAvailabilityAssessmentQueryVariables = Exact<{
  id: string;
}>;


export type GetAvailabilityAssessmentQuery = { readonly availabilityAssessment: { readonly id: string, readonly dataRequirementId: string, readonly verdict: AvailabilityVerdict | null, readonly rows: number | null, readonly findings: ReadonlyArray<{ readonly requirement: string, readonly subject: string, readonly measured: string, readonly needed: string, readonly met: boolean, readonly severity: string, readonly message: string }>, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type GetDatasetQueryVariables = Exact<{
  name: string;
}>;


export type GetDatasetQuery = { readonly dataset: { readonly id: string, readonly name: string, readonly schema: unknown, readonly partitionBy: ReadonlyArray<string>, readonly latestVersion: { readonly id: string, readonly datasetId: string, readonly dataset: string, readonly deltaVersion: number, readonly rows: number, readonly bytes: number, readonly schema: unknown, readonly profile: unknown, readonly lineage: unknown, readonly createdAt: string } | null } };

export type ListDatasetsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListDatasetsQuery = { readonly datasets: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly schema: unknown, readonly partitionBy: ReadonlyArray<string>, readonly latestVersion: { readonly id: string, readonly datasetId: string, readonly dataset: string, readonly deltaVersion: number, readonly rows: number, readonly bytes: number, readonly schema: unknown, readonly profile: unknown, readonly lineage: unknown, readonly createdAt: string } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetDatasetVersionQueryVariables = Exact<{
  id: string;
}>;


export type GetDatasetVersionQuery = { readonly datasetVersion: { readonly id: string, readonly datasetId: string, readonly dataset: string, readonly deltaVersion: number, readonly rows: number, readonly bytes: number, readonly schema: unknown, readonly profile: unknown, readonly lineage: unknown, readonly createdAt: string } };

export type ListDatasetVersionsQueryVariables = Exact<{
  name: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListDatasetVersionsQuery = { readonly dataset: { readonly versions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly datasetId: string, readonly dataset: string, readonly deltaVersion: number, readonly rows: number, readonly bytes: number, readonly schema: unknown, readonly profile: unknown, readonly lineage: unknown, readonly createdAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type GetPipelineQueryVariables = Exact<{
  id: string;
}>;


export type GetPipelineQuery = { readonly pipeline: { readonly id: string, readonly name: string, readonly version: number, readonly definition: unknown } };

export type ListPipelinesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListPipelinesQuery = { readonly pipelines: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly version: number, readonly definition: unknown }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetPipelineRunQueryVariables = Exact<{
  id: string;
}>;


export type GetPipelineRunQuery = { readonly pipelineRun: { readonly id: string, readonly pipelineId: string, readonly intervalStart: string, readonly intervalEnd: string, readonly datasetVersionId: string | null, readonly rowsLoaded: number | null, readonly rowsQuarantined: number | null, readonly expectations: unknown, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type ListPipelineRunsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListPipelineRunsQuery = { readonly pipeline: { readonly runs: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly pipelineId: string, readonly intervalStart: string, readonly intervalEnd: string, readonly datasetVersionId: string | null, readonly rowsLoaded: number | null, readonly rowsQuarantined: number | null, readonly expectations: unknown, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type CreateDataSourceMutationVariables = Exact<{
  input: CreateDataSourceInput;
}>;


export type CreateDataSourceMutation = { readonly createDataSource: { readonly id: string, readonly name: string, readonly format: SourceFormat, readonly uri: string, readonly reading: unknown, readonly createdAt: string } };

export type SetReadingDefinitionMutationVariables = Exact<{
  input: SetReadingDefinitionInput;
}>;


export type SetReadingDefinitionMutation = { readonly setReadingDefinition: { readonly id: string, readonly name: string, readonly format: SourceFormat, readonly uri: string, readonly reading: unknown, readonly createdAt: string } };

export type CreateDataRequirementMutationVariables = Exact<{
  input: CreateDataRequirementInput;
}>;


export type CreateDataRequirementMutation = { readonly createDataRequirement: { readonly id: string, readonly useCaseId: string, readonly name: string, readonly definition: unknown } };

export type AssessAvailabilityMutationVariables = Exact<{
  input: AssessAvailabilityInput;
}>;


export type AssessAvailabilityMutation = { readonly assessAvailability: { readonly id: string, readonly dataRequirementId: string, readonly verdict: AvailabilityVerdict | null, readonly rows: number | null, readonly findings: ReadonlyArray<{ readonly requirement: string, readonly subject: string, readonly measured: string, readonly needed: string, readonly met: boolean, readonly severity: string, readonly message: string }>, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type CreatePipelineMutationVariables = Exact<{
  input: CreatePipelineInput;
}>;


export type CreatePipelineMutation = { readonly createPipeline: { readonly id: string, readonly name: string, readonly version: number, readonly definition: unknown } };

export type StartPipelineRunsMutationVariables = Exact<{
  input: StartPipelineRunsInput;
}>;


export type StartPipelineRunsMutation = { readonly startPipelineRuns: ReadonlyArray<{ readonly id: string, readonly pipelineId: string, readonly intervalStart: string, readonly intervalEnd: string, readonly datasetVersionId: string | null, readonly rowsLoaded: number | null, readonly rowsQuarantined: number | null, readonly expectations: unknown, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } }> };

export type JobFieldsFragment = { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null };

export type GetJobQueryVariables = Exact<{
  id: string;
}>;


export type GetJobQuery = { readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type ListJobsQueryVariables = Exact<{
  queue?: QueueName | null | undefined;
  status?: JobStatus | null | undefined;
  parked?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListJobsQuery = { readonly jobs: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetJobLogQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type GetJobLogQuery = { readonly job: { readonly log: { readonly nodes: ReadonlyArray<{ readonly at: string, readonly level: LogLevel, readonly message: string, readonly fields: unknown, readonly attempt: number }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type CancelJobMutationVariables = Exact<{
  id: string;
}>;


export type CancelJobMutation = { readonly cancelJob: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type RetryJobMutationVariables = Exact<{
  id: string;
}>;


export type RetryJobMutation = { readonly retryJob: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type WatchJobSubscriptionVariables = Exact<{
  id: string;
}>;


export type WatchJobSubscription = { readonly jobProgress: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type RegisterNodeMutationVariables = Exact<{
  input: RegisterNodeInput;
}>;


export type RegisterNodeMutation = { readonly registerNode: { readonly nodeId: string, readonly name: string, readonly assignment: unknown } };

export type HeartbeatMutationVariables = Exact<{
  input: HeartbeatInput;
}>;


export type HeartbeatMutation = { readonly heartbeat: { readonly assignment: unknown } };

export type RecordPredictionSegmentMutationVariables = Exact<{
  input: RecordPredictionSegmentInput;
}>;


export type RecordPredictionSegmentMutation = { readonly recordPredictionSegment: { readonly id: string, readonly nodeId: string, readonly sequence: number, readonly rows: number, readonly job: { readonly id: string, readonly status: JobStatus } } };

export type RecordMeasurementMutationVariables = Exact<{
  input: RecordMeasurementInput;
}>;


export type RecordMeasurementMutation = { readonly recordMeasurement: boolean };

export type NodeFieldsFragment = { readonly id: string, readonly name: string, readonly environmentId: string, readonly url: string, readonly executionProviders: ReadonlyArray<string>, readonly hardware: unknown, readonly nodeClass: string, readonly status: NodeStatus, readonly lastSeenAt: string, readonly servedGeneration: number, readonly versionStates: unknown, readonly predictionLog: { readonly droppedRows: number, readonly lostRows: number, readonly waitingRows: number, readonly unsentSegments: number, readonly setAsideSegments: number, readonly freeBytes: number | null, readonly fault: string | null } | null };

export type EnvironmentFieldsFragment = { readonly id: string, readonly name: string, readonly policy: unknown, readonly generation: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly environmentId: string, readonly url: string, readonly executionProviders: ReadonlyArray<string>, readonly hardware: unknown, readonly nodeClass: string, readonly status: NodeStatus, readonly lastSeenAt: string, readonly servedGeneration: number, readonly versionStates: unknown, readonly predictionLog: { readonly droppedRows: number, readonly lostRows: number, readonly waitingRows: number, readonly unsentSegments: number, readonly setAsideSegments: number, readonly freeBytes: number | null, readonly fault: string | null } | null }> };

export type AlertFieldsFragment = { readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null };

export type MonitorFieldsFragment = { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> };

export type MonitorWindowFieldsFragment = { readonly id: string, readonly monitorId: string, readonly modelVersionId: string, readonly windowStart: string, readonly windowEnd: string, readonly status: WindowStatus, readonly rows: number, readonly drift: unknown, readonly driftShare: number | null, readonly performance: unknown, readonly closedAt: string | null };

export type EndpointFieldsFragment = { readonly id: string, readonly name: string, readonly environmentId: string, readonly useCaseId: string, readonly urls: ReadonlyArray<string>, readonly ensemble: unknown, readonly traffic: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly weight: number }>, readonly shadow: { readonly modelVersionId: string, readonly version: number, readonly share: number } | null, readonly failures: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly isShadow: boolean, readonly nodeId: string, readonly node: string, readonly state: string, readonly code: string | null, readonly reason: string, readonly since: string | null, readonly restarts: number }>, readonly monitor: { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> } | null };

export type ReleaseFieldsFragment = { readonly id: string, readonly endpointId: string, readonly environmentId: string, readonly modelVersionId: string, readonly status: ReleaseStatus, readonly reason: string | null, readonly createdAt: string, readonly decision: { readonly decision: ReleaseDecision, readonly reason: string, readonly decidedAt: string } | null, readonly steps: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: string, readonly status: StepStatus, readonly evidence: unknown, readonly startedAt: string, readonly finishedAt: string | null }>, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type GetEnvironmentQueryVariables = Exact<{
  name: string;
}>;


export type GetEnvironmentQuery = { readonly environment: { readonly id: string, readonly name: string, readonly policy: unknown, readonly generation: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly environmentId: string, readonly url: string, readonly executionProviders: ReadonlyArray<string>, readonly hardware: unknown, readonly nodeClass: string, readonly status: NodeStatus, readonly lastSeenAt: string, readonly servedGeneration: number, readonly versionStates: unknown, readonly predictionLog: { readonly droppedRows: number, readonly lostRows: number, readonly waitingRows: number, readonly unsentSegments: number, readonly setAsideSegments: number, readonly freeBytes: number | null, readonly fault: string | null } | null }> } };

export type ListEnvironmentsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListEnvironmentsQuery = { readonly environments: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly policy: unknown, readonly generation: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly environmentId: string, readonly url: string, readonly executionProviders: ReadonlyArray<string>, readonly hardware: unknown, readonly nodeClass: string, readonly status: NodeStatus, readonly lastSeenAt: string, readonly servedGeneration: number, readonly versionStates: unknown, readonly predictionLog: { readonly droppedRows: number, readonly lostRows: number, readonly waitingRows: number, readonly unsentSegments: number, readonly setAsideSegments: number, readonly freeBytes: number | null, readonly fault: string | null } | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetEndpointQueryVariables = Exact<{
  name: string;
}>;


export type GetEndpointQuery = { readonly endpoint: { readonly id: string, readonly name: string, readonly environmentId: string, readonly useCaseId: string, readonly urls: ReadonlyArray<string>, readonly ensemble: unknown, readonly traffic: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly weight: number }>, readonly shadow: { readonly modelVersionId: string, readonly version: number, readonly share: number } | null, readonly failures: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly isShadow: boolean, readonly nodeId: string, readonly node: string, readonly state: string, readonly code: string | null, readonly reason: string, readonly since: string | null, readonly restarts: number }>, readonly monitor: { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> } | null } };

export type ListEndpointsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListEndpointsQuery = { readonly endpoints: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly environmentId: string, readonly useCaseId: string, readonly urls: ReadonlyArray<string>, readonly ensemble: unknown, readonly traffic: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly weight: number }>, readonly shadow: { readonly modelVersionId: string, readonly version: number, readonly share: number } | null, readonly failures: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly isShadow: boolean, readonly nodeId: string, readonly node: string, readonly state: string, readonly code: string | null, readonly reason: string, readonly since: string | null, readonly restarts: number }>, readonly monitor: { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> } | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetReleaseQueryVariables = Exact<{
  id: string;
}>;


export type GetReleaseQuery = { readonly release: { readonly id: string, readonly endpointId: string, readonly environmentId: string, readonly modelVersionId: string, readonly status: ReleaseStatus, readonly reason: string | null, readonly createdAt: string, readonly decision: { readonly decision: ReleaseDecision, readonly reason: string, readonly decidedAt: string } | null, readonly steps: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: string, readonly status: StepStatus, readonly evidence: unknown, readonly startedAt: string, readonly finishedAt: string | null }>, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type ListReleasesQueryVariables = Exact<{
  endpointId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListReleasesQuery = { readonly releases: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly endpointId: string, readonly environmentId: string, readonly modelVersionId: string, readonly status: ReleaseStatus, readonly reason: string | null, readonly createdAt: string, readonly decision: { readonly decision: ReleaseDecision, readonly reason: string, readonly decidedAt: string } | null, readonly steps: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: string, readonly status: StepStatus, readonly evidence: unknown, readonly startedAt: string, readonly finishedAt: string | null }>, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetMonitorQueryVariables = Exact<{
  id: string;
}>;


export type GetMonitorQuery = { readonly monitor: { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> } };

export type ListMonitorWindowsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListMonitorWindowsQuery = { readonly monitor: { readonly windows: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly modelVersionId: string, readonly windowStart: string, readonly windowEnd: string, readonly status: WindowStatus, readonly rows: number, readonly drift: unknown, readonly driftShare: number | null, readonly performance: unknown, readonly closedAt: string | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type CreateEnvironmentMutationVariables = Exact<{
  input: CreateEnvironmentInput;
}>;


export type CreateEnvironmentMutation = { readonly createEnvironment: { readonly id: string, readonly name: string, readonly policy: unknown, readonly generation: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly environmentId: string, readonly url: string, readonly executionProviders: ReadonlyArray<string>, readonly hardware: unknown, readonly nodeClass: string, readonly status: NodeStatus, readonly lastSeenAt: string, readonly servedGeneration: number, readonly versionStates: unknown, readonly predictionLog: { readonly droppedRows: number, readonly lostRows: number, readonly waitingRows: number, readonly unsentSegments: number, readonly setAsideSegments: number, readonly freeBytes: number | null, readonly fault: string | null } | null }> } };

export type CreateEndpointMutationVariables = Exact<{
  input: CreateEndpointInput;
}>;


export type CreateEndpointMutation = { readonly createEndpoint: { readonly id: string, readonly name: string, readonly environmentId: string, readonly useCaseId: string, readonly urls: ReadonlyArray<string>, readonly ensemble: unknown, readonly traffic: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly weight: number }>, readonly shadow: { readonly modelVersionId: string, readonly version: number, readonly share: number } | null, readonly failures: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly isShadow: boolean, readonly nodeId: string, readonly node: string, readonly state: string, readonly code: string | null, readonly reason: string, readonly since: string | null, readonly restarts: number }>, readonly monitor: { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> } | null } };

export type GetEndpointUrlsQueryVariables = Exact<{
  name: string;
}>;


export type GetEndpointUrlsQuery = { readonly endpointUrls: ReadonlyArray<string> };

export type SetShadowMutationVariables = Exact<{
  input: SetShadowInput;
}>;


export type SetShadowMutation = { readonly setShadow: { readonly id: string, readonly name: string, readonly environmentId: string, readonly useCaseId: string, readonly urls: ReadonlyArray<string>, readonly ensemble: unknown, readonly traffic: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly weight: number }>, readonly shadow: { readonly modelVersionId: string, readonly version: number, readonly share: number } | null, readonly failures: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly isShadow: boolean, readonly nodeId: string, readonly node: string, readonly state: string, readonly code: string | null, readonly reason: string, readonly since: string | null, readonly restarts: number }>, readonly monitor: { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> } | null } };

export type DefineEnsembleMutationVariables = Exact<{
  input: DefineEnsembleInput;
}>;


export type DefineEnsembleMutation = { readonly defineEnsemble: { readonly id: string, readonly name: string, readonly environmentId: string, readonly useCaseId: string, readonly urls: ReadonlyArray<string>, readonly ensemble: unknown, readonly traffic: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly weight: number }>, readonly shadow: { readonly modelVersionId: string, readonly version: number, readonly share: number } | null, readonly failures: ReadonlyArray<{ readonly modelVersionId: string, readonly version: number, readonly isShadow: boolean, readonly nodeId: string, readonly node: string, readonly state: string, readonly code: string | null, readonly reason: string, readonly since: string | null, readonly restarts: number }>, readonly monitor: { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> } | null } };

export type DecideReleaseMutationVariables = Exact<{
  input: DecideReleaseInput;
}>;


export type DecideReleaseMutation = { readonly decideRelease: { readonly id: string, readonly endpointId: string, readonly environmentId: string, readonly modelVersionId: string, readonly status: ReleaseStatus, readonly reason: string | null, readonly createdAt: string, readonly decision: { readonly decision: ReleaseDecision, readonly reason: string, readonly decidedAt: string } | null, readonly steps: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: string, readonly status: StepStatus, readonly evidence: unknown, readonly startedAt: string, readonly finishedAt: string | null }>, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type StartReleaseMutationVariables = Exact<{
  input: StartReleaseInput;
}>;


export type StartReleaseMutation = { readonly startRelease: { readonly id: string, readonly endpointId: string, readonly environmentId: string, readonly modelVersionId: string, readonly status: ReleaseStatus, readonly reason: string | null, readonly createdAt: string, readonly decision: { readonly decision: ReleaseDecision, readonly reason: string, readonly decidedAt: string } | null, readonly steps: ReadonlyArray<{ readonly id: string, readonly sequence: number, readonly kind: string, readonly status: StepStatus, readonly evidence: unknown, readonly startedAt: string, readonly finishedAt: string | null }>, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type SetMonitorMutationVariables = Exact<{
  input: SetMonitorInput;
}>;


export type SetMonitorMutation = { readonly setMonitor: { readonly id: string, readonly endpointId: string, readonly definition: unknown, readonly watermark: string | null, readonly pending: number, readonly labels: { readonly received: number, readonly matched: number, readonly unmatched: number, readonly rejected: number }, readonly alerts: ReadonlyArray<{ readonly id: string, readonly monitorId: string, readonly cause: string, readonly status: AlertStatus, readonly title: string, readonly detail: unknown, readonly openedAt: string, readonly resolvedAt: string | null }> } };

export type CloseMonitorWindowsMutationVariables = Exact<{
  input: CloseMonitorWindowsInput;
}>;


export type CloseMonitorWindowsMutation = { readonly closeMonitorWindows: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type RecordLabelsMutationVariables = Exact<{
  input: RecordLabelsInput;
}>;


export type RecordLabelsMutation = { readonly recordLabels: { readonly id: string, readonly endpointId: string, readonly rows: number, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type BusinessGoalFieldsFragment = { readonly id: string, readonly metricId: string, readonly metric: string, readonly direction: Direction, readonly baseline: number, readonly target: number, readonly unit: string, readonly dueAt: string, readonly attainment: number | null, readonly latest: number | null };

export type ObservationFieldsFragment = { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string };

export type MetricFieldsFragment = { readonly id: string, readonly useCaseId: string, readonly name: string, readonly source: MetricSource, readonly unit: string, readonly direction: Direction, readonly latest: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } | null };

export type MilestoneFieldsFragment = { readonly id: string, readonly name: string, readonly metricId: string, readonly metric: string, readonly comparator: Comparator, readonly threshold: number, readonly dueAt: string, readonly consecutiveWindows: number, readonly status: MilestoneStatus, readonly reason: string, readonly forecast: { readonly value: number, readonly lower: number, readonly upper: number, readonly level: number, readonly probability: number } | null };

export type StrategyReviewFieldsFragment = { readonly id: string, readonly useCaseId: string, readonly milestoneId: string | null, readonly status: ReviewStatus, readonly reason: string, readonly evidence: unknown, readonly decision: ReviewDecision | null, readonly decisionNote: string | null, readonly openedAt: string, readonly decidedAt: string | null };

export type UseCaseSummaryFieldsFragment = { readonly id: string, readonly name: string, readonly problem: string, readonly status: UseCaseStatus, readonly clock: UseCaseClock, readonly createdAt: string };

export type UseCaseFieldsFragment = { readonly id: string, readonly name: string, readonly problem: string, readonly status: UseCaseStatus, readonly clock: UseCaseClock, readonly createdAt: string, readonly goal: { readonly id: string, readonly metricId: string, readonly metric: string, readonly direction: Direction, readonly baseline: number, readonly target: number, readonly unit: string, readonly dueAt: string, readonly attainment: number | null, readonly latest: number | null } | null, readonly metrics: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly name: string, readonly source: MetricSource, readonly unit: string, readonly direction: Direction, readonly latest: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } | null }>, readonly milestones: ReadonlyArray<{ readonly id: string, readonly name: string, readonly metricId: string, readonly metric: string, readonly comparator: Comparator, readonly threshold: number, readonly dueAt: string, readonly consecutiveWindows: number, readonly status: MilestoneStatus, readonly reason: string, readonly forecast: { readonly value: number, readonly lower: number, readonly upper: number, readonly level: number, readonly probability: number } | null }>, readonly reviews: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly milestoneId: string | null, readonly status: ReviewStatus, readonly reason: string, readonly evidence: unknown, readonly decision: ReviewDecision | null, readonly decisionNote: string | null, readonly openedAt: string, readonly decidedAt: string | null }> };

export type GetUseCaseQueryVariables = Exact<{
  id: string;
}>;


export type GetUseCaseQuery = { readonly useCase: { readonly id: string, readonly name: string, readonly problem: string, readonly status: UseCaseStatus, readonly clock: UseCaseClock, readonly createdAt: string, readonly goal: { readonly id: string, readonly metricId: string, readonly metric: string, readonly direction: Direction, readonly baseline: number, readonly target: number, readonly unit: string, readonly dueAt: string, readonly attainment: number | null, readonly latest: number | null } | null, readonly metrics: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly name: string, readonly source: MetricSource, readonly unit: string, readonly direction: Direction, readonly latest: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } | null }>, readonly milestones: ReadonlyArray<{ readonly id: string, readonly name: string, readonly metricId: string, readonly metric: string, readonly comparator: Comparator, readonly threshold: number, readonly dueAt: string, readonly consecutiveWindows: number, readonly status: MilestoneStatus, readonly reason: string, readonly forecast: { readonly value: number, readonly lower: number, readonly upper: number, readonly level: number, readonly probability: number } | null }>, readonly reviews: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly milestoneId: string | null, readonly status: ReviewStatus, readonly reason: string, readonly evidence: unknown, readonly decision: ReviewDecision | null, readonly decisionNote: string | null, readonly openedAt: string, readonly decidedAt: string | null }> } };

export type ListUseCasesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListUseCasesQuery = { readonly useCases: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly problem: string, readonly status: UseCaseStatus, readonly clock: UseCaseClock, readonly createdAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetMetricQueryVariables = Exact<{
  id: string;
}>;


export type GetMetricQuery = { readonly metric: { readonly id: string, readonly useCaseId: string, readonly name: string, readonly source: MetricSource, readonly unit: string, readonly direction: Direction, readonly latest: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } | null } };

export type ListObservationsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListObservationsQuery = { readonly metric: { readonly observations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type CreateUseCaseMutationVariables = Exact<{
  input: CreateUseCaseInput;
}>;


export type CreateUseCaseMutation = { readonly createUseCase: { readonly id: string, readonly name: string, readonly problem: string, readonly status: UseCaseStatus, readonly clock: UseCaseClock, readonly createdAt: string, readonly goal: { readonly id: string, readonly metricId: string, readonly metric: string, readonly direction: Direction, readonly baseline: number, readonly target: number, readonly unit: string, readonly dueAt: string, readonly attainment: number | null, readonly latest: number | null } | null, readonly metrics: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly name: string, readonly source: MetricSource, readonly unit: string, readonly direction: Direction, readonly latest: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } | null }>, readonly milestones: ReadonlyArray<{ readonly id: string, readonly name: string, readonly metricId: string, readonly metric: string, readonly comparator: Comparator, readonly threshold: number, readonly dueAt: string, readonly consecutiveWindows: number, readonly status: MilestoneStatus, readonly reason: string, readonly forecast: { readonly value: number, readonly lower: number, readonly upper: number, readonly level: number, readonly probability: number } | null }>, readonly reviews: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly milestoneId: string | null, readonly status: ReviewStatus, readonly reason: string, readonly evidence: unknown, readonly decision: ReviewDecision | null, readonly decisionNote: string | null, readonly openedAt: string, readonly decidedAt: string | null }> } };

export type RetireUseCaseMutationVariables = Exact<{
  id: string;
}>;


export type RetireUseCaseMutation = { readonly retireUseCase: { readonly id: string, readonly name: string, readonly problem: string, readonly status: UseCaseStatus, readonly clock: UseCaseClock, readonly createdAt: string, readonly goal: { readonly id: string, readonly metricId: string, readonly metric: string, readonly direction: Direction, readonly baseline: number, readonly target: number, readonly unit: string, readonly dueAt: string, readonly attainment: number | null, readonly latest: number | null } | null, readonly metrics: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly name: string, readonly source: MetricSource, readonly unit: string, readonly direction: Direction, readonly latest: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } | null }>, readonly milestones: ReadonlyArray<{ readonly id: string, readonly name: string, readonly metricId: string, readonly metric: string, readonly comparator: Comparator, readonly threshold: number, readonly dueAt: string, readonly consecutiveWindows: number, readonly status: MilestoneStatus, readonly reason: string, readonly forecast: { readonly value: number, readonly lower: number, readonly upper: number, readonly level: number, readonly probability: number } | null }>, readonly reviews: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly milestoneId: string | null, readonly status: ReviewStatus, readonly reason: string, readonly evidence: unknown, readonly decision: ReviewDecision | null, readonly decisionNote: string | null, readonly openedAt: string, readonly decidedAt: string | null }> } };

export type SetBusinessGoalMutationVariables = Exact<{
  input: SetBusinessGoalInput;
}>;


export type SetBusinessGoalMutation = { readonly setBusinessGoal: { readonly id: string, readonly metricId: string, readonly metric: string, readonly direction: Direction, readonly baseline: number, readonly target: number, readonly unit: string, readonly dueAt: string, readonly attainment: number | null, readonly latest: number | null } };

export type CreateMetricMutationVariables = Exact<{
  input: CreateMetricInput;
}>;


export type CreateMetricMutation = { readonly createMetric: { readonly id: string, readonly useCaseId: string, readonly name: string, readonly source: MetricSource, readonly unit: string, readonly direction: Direction, readonly latest: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } | null } };

export type RecordObservationMutationVariables = Exact<{
  input: RecordObservationInput;
}>;


export type RecordObservationMutation = { readonly recordObservation: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } };

export type CreateMilestoneMutationVariables = Exact<{
  input: CreateMilestoneInput;
}>;


export type CreateMilestoneMutation = { readonly createMilestone: { readonly id: string, readonly name: string, readonly metricId: string, readonly metric: string, readonly comparator: Comparator, readonly threshold: number, readonly dueAt: string, readonly consecutiveWindows: number, readonly status: MilestoneStatus, readonly reason: string, readonly forecast: { readonly value: number, readonly lower: number, readonly upper: number, readonly level: number, readonly probability: number } | null } };

export type OpenStrategyReviewMutationVariables = Exact<{
  input: OpenStrategyReviewInput;
}>;


export type OpenStrategyReviewMutation = { readonly openStrategyReview: { readonly id: string, readonly useCaseId: string, readonly milestoneId: string | null, readonly status: ReviewStatus, readonly reason: string, readonly evidence: unknown, readonly decision: ReviewDecision | null, readonly decisionNote: string | null, readonly openedAt: string, readonly decidedAt: string | null } };

export type DecideStrategyReviewMutationVariables = Exact<{
  input: DecideStrategyReviewInput;
}>;


export type DecideStrategyReviewMutation = { readonly decideStrategyReview: { readonly id: string, readonly useCaseId: string, readonly milestoneId: string | null, readonly status: ReviewStatus, readonly reason: string, readonly evidence: unknown, readonly decision: ReviewDecision | null, readonly decisionNote: string | null, readonly openedAt: string, readonly decidedAt: string | null } };

export type WatchUseCaseSubscriptionVariables = Exact<{
  id: string;
}>;


export type WatchUseCaseSubscription = { readonly useCaseChanged: { readonly id: string, readonly name: string, readonly problem: string, readonly status: UseCaseStatus, readonly clock: UseCaseClock, readonly createdAt: string, readonly goal: { readonly id: string, readonly metricId: string, readonly metric: string, readonly direction: Direction, readonly baseline: number, readonly target: number, readonly unit: string, readonly dueAt: string, readonly attainment: number | null, readonly latest: number | null } | null, readonly metrics: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly name: string, readonly source: MetricSource, readonly unit: string, readonly direction: Direction, readonly latest: { readonly id: string, readonly metricId: string, readonly observedAt: string, readonly value: number, readonly segment: string, readonly modelVersionId: string | null, readonly detail: unknown, readonly createdAt: string } | null }>, readonly milestones: ReadonlyArray<{ readonly id: string, readonly name: string, readonly metricId: string, readonly metric: string, readonly comparator: Comparator, readonly threshold: number, readonly dueAt: string, readonly consecutiveWindows: number, readonly status: MilestoneStatus, readonly reason: string, readonly forecast: { readonly value: number, readonly lower: number, readonly upper: number, readonly level: number, readonly probability: number } | null }>, readonly reviews: ReadonlyArray<{ readonly id: string, readonly useCaseId: string, readonly milestoneId: string | null, readonly status: ReviewStatus, readonly reason: string, readonly evidence: unknown, readonly decision: ReviewDecision | null, readonly decisionNote: string | null, readonly openedAt: string, readonly decidedAt: string | null }> } };

export type ExperimentFieldsFragment = { readonly id: string, readonly useCaseId: string, readonly name: string };

export type TrainingRunFieldsFragment = { readonly id: string, readonly experimentId: string, readonly datasetVersionId: string, readonly spec: unknown, readonly metrics: unknown, readonly baselineMetrics: unknown, readonly threshold: number | null, readonly artifactDigest: string | null, readonly signature: unknown, readonly modelCard: string | null, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type EvaluationFieldsFragment = { readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly split: string, readonly metrics: unknown, readonly baselineMetrics: unknown };

export type ModelVersionFieldsFragment = { readonly id: string, readonly modelId: string, readonly model: string, readonly version: number, readonly artifactDigest: string, readonly artifactBytes: number, readonly signature: unknown, readonly threshold: number, readonly modelCard: string, readonly lineage: unknown, readonly notes: ReadonlyArray<string>, readonly trainingRunId: string | null, readonly createdAt: string, readonly evaluations: ReadonlyArray<{ readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly split: string, readonly metrics: unknown, readonly baselineMetrics: unknown }> };

export type ModelFieldsFragment = { readonly id: string, readonly name: string, readonly useCaseId: string, readonly serving: unknown, readonly aliases: ReadonlyArray<{ readonly name: string, readonly modelVersionId: string, readonly version: number }> };

export type GetExperimentQueryVariables = Exact<{
  id: string;
}>;


export type GetExperimentQuery = { readonly experiment: { readonly id: string, readonly useCaseId: string, readonly name: string } };

export type ListTrainingRunsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListTrainingRunsQuery = { readonly experiment: { readonly runs: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly experimentId: string, readonly datasetVersionId: string, readonly spec: unknown, readonly metrics: unknown, readonly baselineMetrics: unknown, readonly threshold: number | null, readonly artifactDigest: string | null, readonly signature: unknown, readonly modelCard: string | null, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type GetTrainingRunQueryVariables = Exact<{
  id: string;
}>;


export type GetTrainingRunQuery = { readonly trainingRun: { readonly id: string, readonly experimentId: string, readonly datasetVersionId: string, readonly spec: unknown, readonly metrics: unknown, readonly baselineMetrics: unknown, readonly threshold: number | null, readonly artifactDigest: string | null, readonly signature: unknown, readonly modelCard: string | null, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type GetTrainingMetricsQueryVariables = Exact<{
  id: string;
  name?: string | null | undefined;
}>;


export type GetTrainingMetricsQuery = { readonly trainingRun: { readonly metricHistory: ReadonlyArray<{ readonly name: string, readonly step: number, readonly value: number, readonly recordedAt: string }> } };

export type GetModelQueryVariables = Exact<{
  name: string;
}>;


export type GetModelQuery = { readonly model: { readonly id: string, readonly name: string, readonly useCaseId: string, readonly serving: unknown, readonly aliases: ReadonlyArray<{ readonly name: string, readonly modelVersionId: string, readonly version: number }> } };

export type ListModelsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListModelsQuery = { readonly models: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly useCaseId: string, readonly serving: unknown, readonly aliases: ReadonlyArray<{ readonly name: string, readonly modelVersionId: string, readonly version: number }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type GetModelVersionQueryVariables = Exact<{
  id: string;
}>;


export type GetModelVersionQuery = { readonly modelVersion: { readonly id: string, readonly modelId: string, readonly model: string, readonly version: number, readonly artifactDigest: string, readonly artifactBytes: number, readonly signature: unknown, readonly threshold: number, readonly modelCard: string, readonly lineage: unknown, readonly notes: ReadonlyArray<string>, readonly trainingRunId: string | null, readonly createdAt: string, readonly evaluations: ReadonlyArray<{ readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly split: string, readonly metrics: unknown, readonly baselineMetrics: unknown }> } };

export type ListModelVersionsQueryVariables = Exact<{
  name: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListModelVersionsQuery = { readonly model: { readonly versions: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly modelId: string, readonly model: string, readonly version: number, readonly artifactDigest: string, readonly artifactBytes: number, readonly signature: unknown, readonly threshold: number, readonly modelCard: string, readonly lineage: unknown, readonly notes: ReadonlyArray<string>, readonly trainingRunId: string | null, readonly createdAt: string, readonly evaluations: ReadonlyArray<{ readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly split: string, readonly metrics: unknown, readonly baselineMetrics: unknown }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type CreateExperimentMutationVariables = Exact<{
  input: CreateExperimentInput;
}>;


export type CreateExperimentMutation = { readonly createExperiment: { readonly id: string, readonly useCaseId: string, readonly name: string } };

export type StartTrainingRunMutationVariables = Exact<{
  input: StartTrainingRunInput;
}>;


export type StartTrainingRunMutation = { readonly startTrainingRun: { readonly id: string, readonly experimentId: string, readonly datasetVersionId: string, readonly spec: unknown, readonly metrics: unknown, readonly baselineMetrics: unknown, readonly threshold: number | null, readonly artifactDigest: string | null, readonly signature: unknown, readonly modelCard: string | null, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type RegisterModelVersionMutationVariables = Exact<{
  input: RegisterModelVersionInput;
}>;


export type RegisterModelVersionMutation = { readonly registerModelVersion: { readonly id: string, readonly modelId: string, readonly model: string, readonly version: number, readonly artifactDigest: string, readonly artifactBytes: number, readonly signature: unknown, readonly threshold: number, readonly modelCard: string, readonly lineage: unknown, readonly notes: ReadonlyArray<string>, readonly trainingRunId: string | null, readonly createdAt: string, readonly evaluations: ReadonlyArray<{ readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly split: string, readonly metrics: unknown, readonly baselineMetrics: unknown }> } };

export type ConfigureServingMutationVariables = Exact<{
  input: ConfigureServingInput;
}>;


export type ConfigureServingMutation = { readonly configureServing: { readonly id: string, readonly name: string, readonly useCaseId: string, readonly serving: unknown, readonly aliases: ReadonlyArray<{ readonly name: string, readonly modelVersionId: string, readonly version: number }> } };

export type SetModelAliasMutationVariables = Exact<{
  input: SetModelAliasInput;
}>;


export type SetModelAliasMutation = { readonly setModelAlias: { readonly name: string, readonly modelVersionId: string, readonly version: number } };

export type ScoringRunFieldsFragment = { readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly outputDatasetId: string, readonly outputDataset: string, readonly environmentId: string | null, readonly keyColumns: ReadonlyArray<string>, readonly outputDatasetVersionId: string | null, readonly rows: number | null, readonly rejected: number | null, readonly createdAt: string, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } };

export type GetScoringRunQueryVariables = Exact<{
  id: string;
}>;


export type GetScoringRunQuery = { readonly scoringRun: { readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly outputDatasetId: string, readonly outputDataset: string, readonly environmentId: string | null, readonly keyColumns: ReadonlyArray<string>, readonly outputDatasetVersionId: string | null, readonly rows: number | null, readonly rejected: number | null, readonly createdAt: string, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type ListScoringRunsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListScoringRunsQuery = { readonly scoringRuns: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly outputDatasetId: string, readonly outputDataset: string, readonly environmentId: string | null, readonly keyColumns: ReadonlyArray<string>, readonly outputDatasetVersionId: string | null, readonly rows: number | null, readonly rejected: number | null, readonly createdAt: string, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateScoringRunMutationVariables = Exact<{
  input: CreateScoringRunInput;
}>;


export type CreateScoringRunMutation = { readonly createScoringRun: { readonly id: string, readonly modelVersionId: string, readonly datasetVersionId: string, readonly outputDatasetId: string, readonly outputDataset: string, readonly environmentId: string | null, readonly keyColumns: ReadonlyArray<string>, readonly outputDatasetVersionId: string | null, readonly rows: number | null, readonly rejected: number | null, readonly createdAt: string, readonly job: { readonly id: string, readonly queue: QueueName, readonly name: string, readonly status: JobStatus, readonly progress: number, readonly note: string | null, readonly attempt: number, readonly result: unknown, readonly parkedAt: string | null, readonly availableAt: string, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly error: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } } };

export type GetScoringTaskQueryVariables = Exact<{
  id: string;
}>;


export type GetScoringTaskQuery = { readonly scoringTask: unknown };

export type RecordScoringOutputMutationVariables = Exact<{
  input: RecordScoringOutputInput;
}>;


export type RecordScoringOutputMutation = { readonly recordScoringOutput: { readonly id: string, readonly datasetId: string, readonly dataset: string, readonly deltaVersion: number, readonly rows: number, readonly bytes: number, readonly schema: unknown, readonly profile: unknown, readonly lineage: unknown, readonly createdAt: string } };

export type LeaseJobMutationVariables = Exact<{
  input: LeaseJobInput;
}>;


export type LeaseJobMutation = { readonly leaseJob: { readonly jobId: string, readonly workspaceId: string, readonly attempt: number, readonly holder: string, readonly name: string, readonly payload: unknown, readonly retriedAfter: number, readonly tries: number, readonly settling: { readonly code: string, readonly message: string, readonly retryable: boolean, readonly fields: unknown } | null } | null };

export type RenewJobMutationVariables = Exact<{
  input: RenewJobInput;
}>;


export type RenewJobMutation = { readonly renewJob: RenewAnswer };

export type BeginJobCommitMutationVariables = Exact<{
  input: LeaseInput;
}>;


export type BeginJobCommitMutation = { readonly beginJobCommit: boolean };

export type AbandonJobCommitMutationVariables = Exact<{
  input: LeaseInput;
}>;


export type AbandonJobCommitMutation = { readonly abandonJobCommit: boolean };

export type SucceedJobMutationVariables = Exact<{
  input: SucceedJobInput;
}>;


export type SucceedJobMutation = { readonly succeedJob: boolean };

export type FailJobMutationVariables = Exact<{
  input: FailJobInput;
}>;


export type FailJobMutation = { readonly failJob: boolean };

export type GiveBackJobMutationVariables = Exact<{
  input: LeaseInput;
}>;


export type GiveBackJobMutation = { readonly giveBackJob: boolean };

export type CancelLeasedJobMutationVariables = Exact<{
  input: LeaseInput;
}>;


export type CancelLeasedJobMutation = { readonly cancelLeasedJob: boolean };

export type AppendJobLogMutationVariables = Exact<{
  input: AppendJobLogInput;
}>;


export type AppendJobLogMutation = { readonly appendJobLog: boolean };

export type TokenFieldsFragment = { readonly id: string, readonly name: string, readonly kind: TokenKind, readonly scopes: ReadonlyArray<string>, readonly endpoints: ReadonlyArray<string> | null, readonly nodeId: string | null, readonly memberId: string | null, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly revokedAt: string | null, readonly createdAt: string };

export type GetViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type GetViewerQuery = { readonly viewer: { readonly workspaceId: string, readonly workspace: string, readonly tokenId: string, readonly kind: TokenKind, readonly scopes: ReadonlyArray<string> } };

export type ListTokensQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListTokensQuery = { readonly tokens: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly kind: TokenKind, readonly scopes: ReadonlyArray<string>, readonly endpoints: ReadonlyArray<string> | null, readonly nodeId: string | null, readonly memberId: string | null, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly revokedAt: string | null, readonly createdAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateTokenMutationVariables = Exact<{
  input: CreateTokenInput;
}>;


export type CreateTokenMutation = { readonly createToken: { readonly secret: string, readonly token: { readonly id: string, readonly name: string, readonly kind: TokenKind, readonly scopes: ReadonlyArray<string>, readonly endpoints: ReadonlyArray<string> | null, readonly nodeId: string | null, readonly memberId: string | null, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly revokedAt: string | null, readonly createdAt: string } } };

export type RevokeTokenMutationVariables = Exact<{
  id: string;
}>;


export type RevokeTokenMutation = { readonly revokeToken: { readonly id: string, readonly name: string, readonly kind: TokenKind, readonly scopes: ReadonlyArray<string>, readonly endpoints: ReadonlyArray<string> | null, readonly nodeId: string | null, readonly memberId: string | null, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly revokedAt: string | null, readonly createdAt: string } };

export type UnbindTokenMutationVariables = Exact<{
  id: string;
}>;


export type UnbindTokenMutation = { readonly unbindToken: { readonly id: string, readonly name: string, readonly kind: TokenKind, readonly scopes: ReadonlyArray<string>, readonly endpoints: ReadonlyArray<string> | null, readonly nodeId: string | null, readonly memberId: string | null, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly revokedAt: string | null, readonly createdAt: string } };

export type MemberFieldsFragment = { readonly id: string, readonly email: string, readonly name: string, readonly roles: ReadonlyArray<Role>, readonly createdAt: string };

export type ListMembersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListMembersQuery = { readonly members: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly email: string, readonly name: string, readonly roles: ReadonlyArray<Role>, readonly createdAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateMemberMutationVariables = Exact<{
  input: CreateMemberInput;
}>;


export type CreateMemberMutation = { readonly createMember: { readonly id: string, readonly email: string, readonly name: string, readonly roles: ReadonlyArray<Role>, readonly createdAt: string } };

export type SetMemberRolesMutationVariables = Exact<{
  input: SetMemberRolesInput;
}>;


export type SetMemberRolesMutation = { readonly setMemberRoles: { readonly id: string, readonly email: string, readonly name: string, readonly roles: ReadonlyArray<Role>, readonly createdAt: string } };

export type CreateWorkspaceMutationVariables = Exact<{
  input: CreateWorkspaceInput;
}>;


export type CreateWorkspaceMutation = { readonly createWorkspace: { readonly secret: string, readonly workspace: { readonly id: string, readonly name: string, readonly createdAt: string } } };

export type ListAuditEventsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListAuditEventsQuery = { readonly auditEvents: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly action: string, readonly actorTokenId: string, readonly subjectId: string | null, readonly occurredAt: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

const textDataSourceFields = "fragment DataSourceFields on DataSource{id name format uri reading createdAt}";
const textDataRequirementFields = "fragment DataRequirementFields on DataRequirement{id useCaseId name definition}";
const textAvailabilityAssessmentFields = "fragment AvailabilityAssessmentFields on AvailabilityAssessment{id dataRequirementId verdict rows findings{requirement subject measured needed met severity message}job{...JobFields}}";
const textDatasetVersionFields = "fragment DatasetVersionFields on DatasetVersion{id datasetId dataset deltaVersion rows bytes schema profile lineage createdAt}";
const textDatasetFields = "fragment DatasetFields on Dataset{id name schema partitionBy latestVersion{...DatasetVersionFields}}";
const textPipelineFields = "fragment PipelineFields on Pipeline{id name version definition}";
const textPipelineRunFields = "fragment PipelineRunFields on PipelineRun{id pipelineId intervalStart intervalEnd datasetVersionId rowsLoaded rowsQuarantined expectations job{...JobFields}}";
const textJobFields = "fragment JobFields on Job{id queue name status progress note attempt result parkedAt availableAt createdAt startedAt finishedAt error{code message retryable fields}}";
const textNodeFields = "fragment NodeFields on Node{id name environmentId url executionProviders hardware nodeClass status lastSeenAt servedGeneration versionStates predictionLog{droppedRows lostRows waitingRows unsentSegments setAsideSegments freeBytes fault}}";
const textEnvironmentFields = "fragment EnvironmentFields on Environment{id name policy generation nodes{...NodeFields}}";
const textAlertFields = "fragment AlertFields on Alert{id monitorId cause status title detail openedAt resolvedAt}";
const textMonitorFields = "fragment MonitorFields on Monitor{id endpointId definition watermark pending labels{received matched unmatched rejected}alerts{...AlertFields}}";
const textMonitorWindowFields = "fragment MonitorWindowFields on MonitorWindow{id monitorId modelVersionId windowStart windowEnd status rows drift driftShare performance closedAt}";
const textEndpointFields = "fragment EndpointFields on Endpoint{id name environmentId useCaseId urls traffic{modelVersionId version weight}shadow{modelVersionId version share}failures{modelVersionId version isShadow nodeId node state code reason since restarts}ensemble monitor{...MonitorFields}}";
const textReleaseFields = "fragment ReleaseFields on Release{id endpointId environmentId modelVersionId status reason createdAt decision{decision reason decidedAt}steps{id sequence kind status evidence startedAt finishedAt}job{...JobFields}}";
const textBusinessGoalFields = "fragment BusinessGoalFields on BusinessGoal{id metricId metric direction baseline target unit dueAt attainment latest}";
const textObservationFields = "fragment ObservationFields on Observation{id metricId observedAt value segment modelVersionId detail createdAt}";
const textMetricFields = "fragment MetricFields on Metric{id useCaseId name source unit direction latest{...ObservationFields}}";
const textMilestoneFields = "fragment MilestoneFields on Milestone{id name metricId metric comparator threshold dueAt consecutiveWindows status reason forecast{value lower upper level probability}}";
const textStrategyReviewFields = "fragment StrategyReviewFields on StrategyReview{id useCaseId milestoneId status reason evidence decision decisionNote openedAt decidedAt}";
const textUseCaseSummaryFields = "fragment UseCaseSummaryFields on UseCase{id name problem status clock createdAt}";
const textUseCaseFields = "fragment UseCaseFields on UseCase{...UseCaseSummaryFields goal{...BusinessGoalFields}metrics{...MetricFields}milestones{...MilestoneFields}reviews{...StrategyReviewFields}}";
const textExperimentFields = "fragment ExperimentFields on Experiment{id useCaseId name}";
const textTrainingRunFields = "fragment TrainingRunFields on TrainingRun{id experimentId datasetVersionId spec metrics baselineMetrics threshold artifactDigest signature modelCard job{...JobFields}}";
const textEvaluationFields = "fragment EvaluationFields on Evaluation{id modelVersionId datasetVersionId split metrics baselineMetrics}";
const textModelVersionFields = "fragment ModelVersionFields on ModelVersion{id modelId model version artifactDigest artifactBytes signature threshold modelCard lineage notes trainingRunId createdAt evaluations{...EvaluationFields}}";
const textModelFields = "fragment ModelFields on Model{id name useCaseId serving aliases{name modelVersionId version}}";
const textScoringRunFields = "fragment ScoringRunFields on ScoringRun{id modelVersionId datasetVersionId outputDatasetId outputDataset environmentId keyColumns outputDatasetVersionId rows rejected createdAt job{...JobFields}}";
const textTokenFields = "fragment TokenFields on Token{id name kind scopes endpoints nodeId memberId expiresAt lastUsedAt revokedAt createdAt}";
const textMemberFields = "fragment MemberFields on Member{id email name roles createdAt}";
export const listDataSources: Operation<ListDataSourcesQuery, ListDataSourcesQueryVariables> = { text: "query listDataSources($first:Int$after:String){dataSources(first:$first after:$after){nodes{...DataSourceFields}pageInfo{hasNextPage endCursor}}}" + textDataSourceFields };
export const getAvailabilityAssessment: Operation<GetAvailabilityAssessmentQuery, GetAvailabilityAssessmentQueryVariables> = { text: "query getAvailabilityAssessment($id:ID!){availabilityAssessment(id:$id){...AvailabilityAssessmentFields}}" + textAvailabilityAssessmentFields + textJobFields };
export const getDataset: Operation<GetDatasetQuery, GetDatasetQueryVariables> = { text: "query getDataset($name:String!){dataset(name:$name){...DatasetFields}}" + textDatasetFields + textDatasetVersionFields };
export const listDatasets: Operation<ListDatasetsQuery, ListDatasetsQueryVariables> = { text: "query listDatasets($first:Int$after:String){datasets(first:$first after:$after){nodes{...DatasetFields}pageInfo{hasNextPage endCursor}}}" + textDatasetFields + textDatasetVersionFields };
export const getDatasetVersion: Operation<GetDatasetVersionQuery, GetDatasetVersionQueryVariables> = { text: "query getDatasetVersion($id:ID!){datasetVersion(id:$id){...DatasetVersionFields}}" + textDatasetVersionFields };
export const listDatasetVersions: Operation<ListDatasetVersionsQuery, ListDatasetVersionsQueryVariables> = { text: "query listDatasetVersions($name:String!$first:Int$after:String){dataset(name:$name){versions(first:$first after:$after){nodes{...DatasetVersionFields}pageInfo{hasNextPage endCursor}}}}" + textDatasetVersionFields };
export const getPipeline: Operation<GetPipelineQuery, GetPipelineQueryVariables> = { text: "query getPipeline($id:ID!){pipeline(id:$id){...PipelineFields}}" + textPipelineFields };
export const listPipelines: Operation<ListPipelinesQuery, ListPipelinesQueryVariables> = { text: "query listPipelines($first:Int$after:String){pipelines(first:$first after:$after){nodes{...PipelineFields}pageInfo{hasNextPage endCursor}}}" + textPipelineFields };
export const getPipelineRun: Operation<GetPipelineRunQuery, GetPipelineRunQueryVariables> = { text: "query getPipelineRun($id:ID!){pipelineRun(id:$id){...PipelineRunFields}}" + textPipelineRunFields + textJobFields };
export const listPipelineRuns: Operation<ListPipelineRunsQuery, ListPipelineRunsQueryVariables> = { text: "query listPipelineRuns($id:ID!$first:Int$after:String){pipeline(id:$id){runs(first:$first after:$after){nodes{...PipelineRunFields}pageInfo{hasNextPage endCursor}}}}" + textPipelineRunFields + textJobFields };
export const createDataSource: Operation<CreateDataSourceMutation, CreateDataSourceMutationVariables> = { text: "mutation createDataSource($input:CreateDataSourceInput!){createDataSource(input:$input){...DataSourceFields}}" + textDataSourceFields };
export const setReadingDefinition: Operation<SetReadingDefinitionMutation, SetReadingDefinitionMutationVariables> = { text: "mutation setReadingDefinition($input:SetReadingDefinitionInput!){setReadingDefinition(input:$input){...DataSourceFields}}" + textDataSourceFields };
export const createDataRequirement: Operation<CreateDataRequirementMutation, CreateDataRequirementMutationVariables> = { text: "mutation createDataRequirement($input:CreateDataRequirementInput!){createDataRequirement(input:$input){...DataRequirementFields}}" + textDataRequirementFields };
export const assessAvailability: Operation<AssessAvailabilityMutation, AssessAvailabilityMutationVariables> = { text: "mutation assessAvailability($input:AssessAvailabilityInput!){assessAvailability(input:$input){...AvailabilityAssessmentFields}}" + textAvailabilityAssessmentFields + textJobFields };
export const createPipeline: Operation<CreatePipelineMutation, CreatePipelineMutationVariables> = { text: "mutation createPipeline($input:CreatePipelineInput!){createPipeline(input:$input){...PipelineFields}}" + textPipelineFields };
export const startPipelineRuns: Operation<StartPipelineRunsMutation, StartPipelineRunsMutationVariables> = { text: "mutation startPipelineRuns($input:StartPipelineRunsInput!){startPipelineRuns(input:$input){...PipelineRunFields}}" + textPipelineRunFields + textJobFields };
export const getJob: Operation<GetJobQuery, GetJobQueryVariables> = { text: "query getJob($id:ID!){job(id:$id){...JobFields}}" + textJobFields };
export const listJobs: Operation<ListJobsQuery, ListJobsQueryVariables> = { text: "query listJobs($queue:QueueName$status:JobStatus$parked:Boolean$first:Int$after:String){jobs(queue:$queue status:$status parked:$parked first:$first after:$after){nodes{...JobFields}pageInfo{hasNextPage endCursor}}}" + textJobFields };
export const getJobLog: Operation<GetJobLogQuery, GetJobLogQueryVariables> = { text: "query getJobLog($id:ID!$first:Int$after:String){job(id:$id){log(first:$first after:$after){nodes{at level message fields attempt}pageInfo{hasNextPage endCursor}}}}" };
export const cancelJob: Operation<CancelJobMutation, CancelJobMutationVariables> = { text: "mutation cancelJob($id:ID!){cancelJob(id:$id){...JobFields}}" + textJobFields };
export const retryJob: Operation<RetryJobMutation, RetryJobMutationVariables> = { text: "mutation retryJob($id:ID!){retryJob(id:$id){...JobFields}}" + textJobFields };
export const watchJob: Operation<WatchJobSubscription, WatchJobSubscriptionVariables> = { text: "subscription watchJob($id:ID!){jobProgress(id:$id){...JobFields}}" + textJobFields };
export const registerNode: Operation<RegisterNodeMutation, RegisterNodeMutationVariables> = { text: "mutation registerNode($input:RegisterNodeInput!){registerNode(input:$input){nodeId name assignment}}" };
export const heartbeat: Operation<HeartbeatMutation, HeartbeatMutationVariables> = { text: "mutation heartbeat($input:HeartbeatInput!){heartbeat(input:$input){assignment}}" };
export const recordPredictionSegment: Operation<RecordPredictionSegmentMutation, RecordPredictionSegmentMutationVariables> = { text: "mutation recordPredictionSegment($input:RecordPredictionSegmentInput!){recordPredictionSegment(input:$input){id nodeId sequence rows job{id status}}}" };
export const recordMeasurement: Operation<RecordMeasurementMutation, RecordMeasurementMutationVariables> = { text: "mutation recordMeasurement($input:RecordMeasurementInput!){recordMeasurement(input:$input)}" };
export const getEnvironment: Operation<GetEnvironmentQuery, GetEnvironmentQueryVariables> = { text: "query getEnvironment($name:String!){environment(name:$name){...EnvironmentFields}}" + textEnvironmentFields + textNodeFields };
export const listEnvironments: Operation<ListEnvironmentsQuery, ListEnvironmentsQueryVariables> = { text: "query listEnvironments($first:Int$after:String){environments(first:$first after:$after){nodes{...EnvironmentFields}pageInfo{hasNextPage endCursor}}}" + textEnvironmentFields + textNodeFields };
export const getEndpoint: Operation<GetEndpointQuery, GetEndpointQueryVariables> = { text: "query getEndpoint($name:String!){endpoint(name:$name){...EndpointFields}}" + textEndpointFields + textMonitorFields + textAlertFields };
export const listEndpoints: Operation<ListEndpointsQuery, ListEndpointsQueryVariables> = { text: "query listEndpoints($first:Int$after:String){endpoints(first:$first after:$after){nodes{...EndpointFields}pageInfo{hasNextPage endCursor}}}" + textEndpointFields + textMonitorFields + textAlertFields };
export const getRelease: Operation<GetReleaseQuery, GetReleaseQueryVariables> = { text: "query getRelease($id:ID!){release(id:$id){...ReleaseFields}}" + textReleaseFields + textJobFields };
export const listReleases: Operation<ListReleasesQuery, ListReleasesQueryVariables> = { text: "query listReleases($endpointId:ID$first:Int$after:String){releases(endpointId:$endpointId first:$first after:$after){nodes{...ReleaseFields}pageInfo{hasNextPage endCursor}}}" + textReleaseFields + textJobFields };
export const getMonitor: Operation<GetMonitorQuery, GetMonitorQueryVariables> = { text: "query getMonitor($id:ID!){monitor(id:$id){...MonitorFields}}" + textMonitorFields + textAlertFields };
export const listMonitorWindows: Operation<ListMonitorWindowsQuery, ListMonitorWindowsQueryVariables> = { text: "query listMonitorWindows($id:ID!$first:Int$after:String){monitor(id:$id){windows(first:$first after:$after){nodes{...MonitorWindowFields}pageInfo{hasNextPage endCursor}}}}" + textMonitorWindowFields };
export const createEnvironment: Operation<CreateEnvironmentMutation, CreateEnvironmentMutationVariables> = { text: "mutation createEnvironment($input:CreateEnvironmentInput!){createEnvironment(input:$input){...EnvironmentFields}}" + textEnvironmentFields + textNodeFields };
export const createEndpoint: Operation<CreateEndpointMutation, CreateEndpointMutationVariables> = { text: "mutation createEndpoint($input:CreateEndpointInput!){createEndpoint(input:$input){...EndpointFields}}" + textEndpointFields + textMonitorFields + textAlertFields };
export const getEndpointUrls: Operation<GetEndpointUrlsQuery, GetEndpointUrlsQueryVariables> = { text: "query getEndpointUrls($name:String!){endpointUrls(name:$name)}" };
export const setShadow: Operation<SetShadowMutation, SetShadowMutationVariables> = { text: "mutation setShadow($input:SetShadowInput!){setShadow(input:$input){...EndpointFields}}" + textEndpointFields + textMonitorFields + textAlertFields };
export const defineEnsemble: Operation<DefineEnsembleMutation, DefineEnsembleMutationVariables> = { text: "mutation defineEnsemble($input:DefineEnsembleInput!){defineEnsemble(input:$input){...EndpointFields}}" + textEndpointFields + textMonitorFields + textAlertFields };
export const decideRelease: Operation<DecideReleaseMutation, DecideReleaseMutationVariables> = { text: "mutation decideRelease($input:DecideReleaseInput!){decideRelease(input:$input){...ReleaseFields}}" + textReleaseFields + textJobFields };
export const startRelease: Operation<StartReleaseMutation, StartReleaseMutationVariables> = { text: "mutation startRelease($input:StartReleaseInput!){startRelease(input:$input){...ReleaseFields}}" + textReleaseFields + textJobFields };
export const setMonitor: Operation<SetMonitorMutation, SetMonitorMutationVariables> = { text: "mutation setMonitor($input:SetMonitorInput!){setMonitor(input:$input){...MonitorFields}}" + textMonitorFields + textAlertFields };
export const closeMonitorWindows: Operation<CloseMonitorWindowsMutation, CloseMonitorWindowsMutationVariables> = { text: "mutation closeMonitorWindows($input:CloseMonitorWindowsInput!){closeMonitorWindows(input:$input){...JobFields}}" + textJobFields };
export const recordLabels: Operation<RecordLabelsMutation, RecordLabelsMutationVariables> = { text: "mutation recordLabels($input:RecordLabelsInput!){recordLabels(input:$input){id endpointId rows job{...JobFields}}}" + textJobFields };
export const getUseCase: Operation<GetUseCaseQuery, GetUseCaseQueryVariables> = { text: "query getUseCase($id:ID!){useCase(id:$id){...UseCaseFields}}" + textUseCaseFields + textUseCaseSummaryFields + textBusinessGoalFields + textMetricFields + textObservationFields + textMilestoneFields + textStrategyReviewFields };
export const listUseCases: Operation<ListUseCasesQuery, ListUseCasesQueryVariables> = { text: "query listUseCases($first:Int$after:String){useCases(first:$first after:$after){nodes{...UseCaseSummaryFields}pageInfo{hasNextPage endCursor}}}" + textUseCaseSummaryFields };
export const getMetric: Operation<GetMetricQuery, GetMetricQueryVariables> = { text: "query getMetric($id:ID!){metric(id:$id){...MetricFields}}" + textMetricFields + textObservationFields };
export const listObservations: Operation<ListObservationsQuery, ListObservationsQueryVariables> = { text: "query listObservations($id:ID!$first:Int$after:String){metric(id:$id){observations(first:$first after:$after){nodes{...ObservationFields}pageInfo{hasNextPage endCursor}}}}" + textObservationFields };
export const createUseCase: Operation<CreateUseCaseMutation, CreateUseCaseMutationVariables> = { text: "mutation createUseCase($input:CreateUseCaseInput!){createUseCase(input:$input){...UseCaseFields}}" + textUseCaseFields + textUseCaseSummaryFields + textBusinessGoalFields + textMetricFields + textObservationFields + textMilestoneFields + textStrategyReviewFields };
export const retireUseCase: Operation<RetireUseCaseMutation, RetireUseCaseMutationVariables> = { text: "mutation retireUseCase($id:ID!){retireUseCase(id:$id){...UseCaseFields}}" + textUseCaseFields + textUseCaseSummaryFields + textBusinessGoalFields + textMetricFields + textObservationFields + textMilestoneFields + textStrategyReviewFields };
export const setBusinessGoal: Operation<SetBusinessGoalMutation, SetBusinessGoalMutationVariables> = { text: "mutation setBusinessGoal($input:SetBusinessGoalInput!){setBusinessGoal(input:$input){...BusinessGoalFields}}" + textBusinessGoalFields };
export const createMetric: Operation<CreateMetricMutation, CreateMetricMutationVariables> = { text: "mutation createMetric($input:CreateMetricInput!){createMetric(input:$input){...MetricFields}}" + textMetricFields + textObservationFields };
export const recordObservation: Operation<RecordObservationMutation, RecordObservationMutationVariables> = { text: "mutation recordObservation($input:RecordObservationInput!){recordObservation(input:$input){...ObservationFields}}" + textObservationFields };
export const createMilestone: Operation<CreateMilestoneMutation, CreateMilestoneMutationVariables> = { text: "mutation createMilestone($input:CreateMilestoneInput!){createMilestone(input:$input){...MilestoneFields}}" + textMilestoneFields };
export const openStrategyReview: Operation<OpenStrategyReviewMutation, OpenStrategyReviewMutationVariables> = { text: "mutation openStrategyReview($input:OpenStrategyReviewInput!){openStrategyReview(input:$input){...StrategyReviewFields}}" + textStrategyReviewFields };
export const decideStrategyReview: Operation<DecideStrategyReviewMutation, DecideStrategyReviewMutationVariables> = { text: "mutation decideStrategyReview($input:DecideStrategyReviewInput!){decideStrategyReview(input:$input){...StrategyReviewFields}}" + textStrategyReviewFields };
export const watchUseCase: Operation<WatchUseCaseSubscription, WatchUseCaseSubscriptionVariables> = { text: "subscription watchUseCase($id:ID!){useCaseChanged(id:$id){...UseCaseFields}}" + textUseCaseFields + textUseCaseSummaryFields + textBusinessGoalFields + textMetricFields + textObservationFields + textMilestoneFields + textStrategyReviewFields };
export const getExperiment: Operation<GetExperimentQuery, GetExperimentQueryVariables> = { text: "query getExperiment($id:ID!){experiment(id:$id){...ExperimentFields}}" + textExperimentFields };
export const listTrainingRuns: Operation<ListTrainingRunsQuery, ListTrainingRunsQueryVariables> = { text: "query listTrainingRuns($id:ID!$first:Int$after:String){experiment(id:$id){runs(first:$first after:$after){nodes{...TrainingRunFields}pageInfo{hasNextPage endCursor}}}}" + textTrainingRunFields + textJobFields };
export const getTrainingRun: Operation<GetTrainingRunQuery, GetTrainingRunQueryVariables> = { text: "query getTrainingRun($id:ID!){trainingRun(id:$id){...TrainingRunFields}}" + textTrainingRunFields + textJobFields };
export const getTrainingMetrics: Operation<GetTrainingMetricsQuery, GetTrainingMetricsQueryVariables> = { text: "query getTrainingMetrics($id:ID!$name:String){trainingRun(id:$id){metricHistory(name:$name){name step value recordedAt}}}" };
export const getModel: Operation<GetModelQuery, GetModelQueryVariables> = { text: "query getModel($name:String!){model(name:$name){...ModelFields}}" + textModelFields };
export const listModels: Operation<ListModelsQuery, ListModelsQueryVariables> = { text: "query listModels($first:Int$after:String){models(first:$first after:$after){nodes{...ModelFields}pageInfo{hasNextPage endCursor}}}" + textModelFields };
export const getModelVersion: Operation<GetModelVersionQuery, GetModelVersionQueryVariables> = { text: "query getModelVersion($id:ID!){modelVersion(id:$id){...ModelVersionFields}}" + textModelVersionFields + textEvaluationFields };
export const listModelVersions: Operation<ListModelVersionsQuery, ListModelVersionsQueryVariables> = { text: "query listModelVersions($name:String!$first:Int$after:String){model(name:$name){versions(first:$first after:$after){nodes{...ModelVersionFields}pageInfo{hasNextPage endCursor}}}}" + textModelVersionFields + textEvaluationFields };
export const createExperiment: Operation<CreateExperimentMutation, CreateExperimentMutationVariables> = { text: "mutation createExperiment($input:CreateExperimentInput!){createExperiment(input:$input){...ExperimentFields}}" + textExperimentFields };
export const startTrainingRun: Operation<StartTrainingRunMutation, StartTrainingRunMutationVariables> = { text: "mutation startTrainingRun($input:StartTrainingRunInput!){startTrainingRun(input:$input){...TrainingRunFields}}" + textTrainingRunFields + textJobFields };
export const registerModelVersion: Operation<RegisterModelVersionMutation, RegisterModelVersionMutationVariables> = { text: "mutation registerModelVersion($input:RegisterModelVersionInput!){registerModelVersion(input:$input){...ModelVersionFields}}" + textModelVersionFields + textEvaluationFields };
export const configureServing: Operation<ConfigureServingMutation, ConfigureServingMutationVariables> = { text: "mutation configureServing($input:ConfigureServingInput!){configureServing(input:$input){...ModelFields}}" + textModelFields };
export const setModelAlias: Operation<SetModelAliasMutation, SetModelAliasMutationVariables> = { text: "mutation setModelAlias($input:SetModelAliasInput!){setModelAlias(input:$input){name modelVersionId version}}" };
export const getScoringRun: Operation<GetScoringRunQuery, GetScoringRunQueryVariables> = { text: "query getScoringRun($id:ID!){scoringRun(id:$id){...ScoringRunFields}}" + textScoringRunFields + textJobFields };
export const listScoringRuns: Operation<ListScoringRunsQuery, ListScoringRunsQueryVariables> = { text: "query listScoringRuns($first:Int$after:String){scoringRuns(first:$first after:$after){nodes{...ScoringRunFields}pageInfo{hasNextPage endCursor}}}" + textScoringRunFields + textJobFields };
export const createScoringRun: Operation<CreateScoringRunMutation, CreateScoringRunMutationVariables> = { text: "mutation createScoringRun($input:CreateScoringRunInput!){createScoringRun(input:$input){...ScoringRunFields}}" + textScoringRunFields + textJobFields };
export const getScoringTask: Operation<GetScoringTaskQuery, GetScoringTaskQueryVariables> = { text: "query getScoringTask($id:ID!){scoringTask(scoringRunId:$id)}" };
export const recordScoringOutput: Operation<RecordScoringOutputMutation, RecordScoringOutputMutationVariables> = { text: "mutation recordScoringOutput($input:RecordScoringOutputInput!){recordScoringOutput(input:$input){...DatasetVersionFields}}" + textDatasetVersionFields };
export const leaseJob: Operation<LeaseJobMutation, LeaseJobMutationVariables> = { text: "mutation leaseJob($input:LeaseJobInput!){leaseJob(input:$input){jobId workspaceId attempt holder name payload retriedAfter tries settling{code message retryable fields}}}" };
export const renewJob: Operation<RenewJobMutation, RenewJobMutationVariables> = { text: "mutation renewJob($input:RenewJobInput!){renewJob(input:$input)}" };
export const beginJobCommit: Operation<BeginJobCommitMutation, BeginJobCommitMutationVariables> = { text: "mutation beginJobCommit($input:LeaseInput!){beginJobCommit(input:$input)}" };
export const abandonJobCommit: Operation<AbandonJobCommitMutation, AbandonJobCommitMutationVariables> = { text: "mutation abandonJobCommit($input:LeaseInput!){abandonJobCommit(input:$input)}" };
export const succeedJob: Operation<SucceedJobMutation, SucceedJobMutationVariables> = { text: "mutation succeedJob($input:SucceedJobInput!){succeedJob(input:$input)}" };
export const failJob: Operation<FailJobMutation, FailJobMutationVariables> = { text: "mutation failJob($input:FailJobInput!){failJob(input:$input)}" };
export const giveBackJob: Operation<GiveBackJobMutation, GiveBackJobMutationVariables> = { text: "mutation giveBackJob($input:LeaseInput!){giveBackJob(input:$input)}" };
export const cancelLeasedJob: Operation<CancelLeasedJobMutation, CancelLeasedJobMutationVariables> = { text: "mutation cancelLeasedJob($input:LeaseInput!){cancelLeasedJob(input:$input)}" };
export const appendJobLog: Operation<AppendJobLogMutation, AppendJobLogMutationVariables> = { text: "mutation appendJobLog($input:AppendJobLogInput!){appendJobLog(input:$input)}" };
export const getViewer: Operation<GetViewerQuery, GetViewerQueryVariables> = { text: "query getViewer{viewer{workspaceId workspace tokenId kind scopes}}" };
export const listTokens: Operation<ListTokensQuery, ListTokensQueryVariables> = { text: "query listTokens($first:Int$after:String){tokens(first:$first after:$after){nodes{...TokenFields}pageInfo{hasNextPage endCursor}}}" + textTokenFields };
export const createToken: Operation<CreateTokenMutation, CreateTokenMutationVariables> = { text: "mutation createToken($input:CreateTokenInput!){createToken(input:$input){secret token{...TokenFields}}}" + textTokenFields };
export const revokeToken: Operation<RevokeTokenMutation, RevokeTokenMutationVariables> = { text: "mutation revokeToken($id:ID!){revokeToken(id:$id){...TokenFields}}" + textTokenFields };
export const unbindToken: Operation<UnbindTokenMutation, UnbindTokenMutationVariables> = { text: "mutation unbindToken($id:ID!){unbindToken(id:$id){...TokenFields}}" + textTokenFields };
export const listMembers: Operation<ListMembersQuery, ListMembersQueryVariables> = { text: "query listMembers($first:Int$after:String){members(first:$first after:$after){nodes{...MemberFields}pageInfo{hasNextPage endCursor}}}" + textMemberFields };
export const createMember: Operation<CreateMemberMutation, CreateMemberMutationVariables> = { text: "mutation createMember($input:CreateMemberInput!){createMember(input:$input){...MemberFields}}" + textMemberFields };
export const setMemberRoles: Operation<SetMemberRolesMutation, SetMemberRolesMutationVariables> = { text: "mutation setMemberRoles($input:SetMemberRolesInput!){setMemberRoles(input:$input){...MemberFields}}" + textMemberFields };
export const createWorkspace: Operation<CreateWorkspaceMutation, CreateWorkspaceMutationVariables> = { text: "mutation createWorkspace($input:CreateWorkspaceInput!){createWorkspace(input:$input){secret workspace{id name createdAt}}}" };
export const listAuditEvents: Operation<ListAuditEventsQuery, ListAuditEventsQueryVariables> = { text: "query listAuditEvents($first:Int$after:String){auditEvents(first:$first after:$after){nodes{id action actorTokenId subjectId occurredAt}pageInfo{hasNextPage endCursor}}}" };