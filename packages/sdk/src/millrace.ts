import type { Client } from './client.ts';
import type { Columns } from './inference/columns.ts';
import { InferenceClient, type PredictOptions, type Prediction } from './inference/inference-client.ts';
import type { InferRequest, InferResponse } from './inference/protocol.ts';
import type { CallOptions, MillraceOptions } from './options.ts';
import { ArtifactsResource } from './resources/artifacts.resource.ts';
import { AuditEventsResource } from './resources/audit-events.resource.ts';
import { DataRequirementsResource } from './resources/data-requirements.resource.ts';
import { DataSourcesResource } from './resources/data-sources.resource.ts';
import { DatasetsResource } from './resources/datasets.resource.ts';
import { EndpointsResource } from './resources/endpoints.resource.ts';
import { EnvironmentsResource } from './resources/environments.resource.ts';
import { ExperimentsResource } from './resources/experiments.resource.ts';
import { GoalsResource } from './resources/goals.resource.ts';
import { JobsResource } from './resources/jobs.resource.ts';
import { LabelsResource } from './resources/labels.resource.ts';
import { MembersResource } from './resources/members.resource.ts';
import { MetricsResource } from './resources/metrics.resource.ts';
import { MilestonesResource } from './resources/milestones.resource.ts';
import { ModelsResource } from './resources/models.resource.ts';
import { MonitorsResource } from './resources/monitors.resource.ts';
import { NodesResource } from './resources/nodes.resource.ts';
import { PipelinesResource } from './resources/pipelines.resource.ts';
import { ReleasesResource } from './resources/releases.resource.ts';
import { ReviewsResource } from './resources/reviews.resource.ts';
import { ScoringResource } from './resources/scoring.resource.ts';
import { TokensResource } from './resources/tokens.resource.ts';
import { TrainingRunsResource } from './resources/training-runs.resource.ts';
import { UseCasesResource } from './resources/use-cases.resource.ts';
import { WorkspacesResource } from './resources/workspaces.resource.ts';
import { fetchExchange } from './transport/exchange.ts';
import { GraphqlTransport } from './transport/graphql-transport.ts';
import { Http } from './transport/http.ts';
import { nodeExchange } from './transport/node-exchange.ts';
import { Subscriptions } from './transport/subscriptions.ts';

/**
 * A client of one workspace: resources by noun, and predictions. Every failure is a `MillraceError` with a stable `code`.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const useCase = await millrace.useCases.create({ name: 'Warn passengers of late flights', problem: 'They learn too late.' });
 * const { outputs } = await millrace.predict('late-flights', { origin: ['SFO'], destination: ['JFK'], distance: [2586] });
 * await millrace.close();
 * ```
 */
export class Millrace {
  readonly useCases: UseCasesResource;
  readonly goals: GoalsResource;
  readonly metrics: MetricsResource;
  readonly milestones: MilestonesResource;
  readonly reviews: ReviewsResource;
  readonly dataSources: DataSourcesResource;
  readonly dataRequirements: DataRequirementsResource;
  readonly datasets: DatasetsResource;
  readonly pipelines: PipelinesResource;
  readonly experiments: ExperimentsResource;
  readonly trainingRuns: TrainingRunsResource;
  readonly models: ModelsResource;
  readonly environments: EnvironmentsResource;
  readonly endpoints: EndpointsResource;
  readonly releases: ReleasesResource;
  readonly monitors: MonitorsResource;
  readonly labels: LabelsResource;
  readonly scoring: ScoringResource;
  readonly nodes: NodesResource;
  readonly jobs: JobsResource;
  readonly tokens: TokensResource;
  readonly members: MembersResource;
  readonly workspaces: WorkspacesResource;
  readonly auditEvents: AuditEventsResource;
  readonly artifacts: ArtifactsResource;
  /** The Open Inference Protocol itself: metadata, and requests made of tensors. */
  readonly inference: InferenceClient;
  readonly #client: Client;

  constructor(options: MillraceOptions) {
    const client = clientOf(options);
    this.#client = client;
    this.useCases = new UseCasesResource(client);
    this.goals = new GoalsResource(client);
    this.metrics = new MetricsResource(client);
    this.milestones = new MilestonesResource(client);
    this.reviews = new ReviewsResource(client);
    this.dataSources = new DataSourcesResource(client);
    this.dataRequirements = new DataRequirementsResource(client);
    this.datasets = new DatasetsResource(client);
    this.pipelines = new PipelinesResource(client);
    this.experiments = new ExperimentsResource(client);
    this.trainingRuns = new TrainingRunsResource(client);
    this.models = new ModelsResource(client);
    this.environments = new EnvironmentsResource(client);
    this.endpoints = new EndpointsResource(client);
    this.releases = new ReleasesResource(client);
    this.monitors = new MonitorsResource(client);
    this.labels = new LabelsResource(client);
    this.scoring = new ScoringResource(client);
    this.nodes = new NodesResource(client);
    this.jobs = new JobsResource(client);
    this.tokens = new TokensResource(client);
    this.members = new MembersResource(client);
    this.workspaces = new WorkspacesResource(client);
    this.auditEvents = new AuditEventsResource(client);
    this.artifacts = new ArtifactsResource(client);
    this.inference = new InferenceClient({ ...client, resolve: (name, signal) => this.endpoints.urls(name, { signal }) });
  }

  /**
   * Predicts for named columns, one value per row. `endpoint` is a name or a URL. With `eventIds` labels can join the
   * predictions later; `eventTimes` say when the events happened (default: now). Before an endpoint's first release, and for the
   * requests outside its share while that release is a canary, the answer is `NOT_FOUND`: use what you did before. The token of
   * this client goes to the nodes of the control plane, and to a URL that is given here; it needs the scope `predict` or `admin`.
   */
  predict(endpoint: string, columns: Columns, options?: PredictOptions): Promise<Prediction> {
    return this.inference.predict(endpoint, columns, options);
  }

  /** Sends tensors as they are to an endpoint, by name or URL. */
  infer(endpoint: string, request: InferRequest, options?: Pick<CallOptions, 'signal'>): Promise<InferResponse> {
    return this.inference.infer(endpoint, request, options);
  }

  /** Closes the socket of the subscriptions, and the connections to nodes. */
  close(): Promise<void> {
    this.#client.exchange.close();
    return this.#client.subscriptions.close();
  }
}

function clientOf({ url, token, fetch, webSocket, retries = {}, requestTimeoutSeconds = 60 }: MillraceOptions): Client {
  const baseUrl = url.replace(/\/+$/, '').replace(/\/graphql$/, '');
  const http = new Http(fetch, requestTimeoutSeconds);
  return {
    baseUrl,
    token,
    http,
    exchange: (fetch === undefined ? nodeExchange(requestTimeoutSeconds) : undefined) ?? fetchExchange(http),
    retries,
    transport: new GraphqlTransport({ http, url: `${baseUrl}/graphql`, token, retries }),
    subscriptions: new Subscriptions({ url: `${baseUrl}/graphql`, token, webSocket }),
  };
}
