import { availableParallelism, arch, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { ExecutionProvider } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { FilesystemStore } from '@millrace/storage';
import type { BatchLimits } from './engine/batch-queue.ts';
import { InferenceEngine } from './engine/inference-engine.ts';
import { defaultMemoryBudget, MemoryBudget } from './engine/memory-budget.ts';
import { ModelSizes } from './engine/model-sizes.ts';
import { RememberedBatchSizes } from './engine/remembered-batch-sizes.ts';
import { RememberedNumbers } from './engine/remembered-numbers.ts';
import { PredictionLog, type SegmentLimits } from './event-log/prediction-log.ts';
import { SegmentFolder } from './event-log/segment-folder.ts';
import { SegmentUploader } from './event-log/segment-uploader.ts';
import { AssignmentApplier } from './node-agent/assignment-applier.ts';
import type { ControlPlaneClient } from './node-agent/control-plane-client.ts';
import { measureVersion } from './node-agent/measure-version.ts';
import { withCors } from './http/cors.ts';
import type { HttpLimits } from './http/http-limits.ts';
import { HttpServer } from './http/http-server.ts';
import type { TlsFiles } from './http/read-tls-files.ts';
import { GrpcServer } from './grpc/grpc-server.ts';
import { AccessTable, type AccessMode } from './serving/access-table.ts';
import { RouteTable } from './serving/route-table.ts';
import { NodeAgent } from './node-agent/node-agent.ts';
import { NodeStateFile } from './node-agent/node-state-file.ts';
import { nodeMetrics } from './metrics/node-metrics.ts';
import { RestProtocol } from './protocol/rest-protocol.ts';
import { ShadowComparer } from './serving/shadow-comparer.ts';
import type { ServingContext } from './serving/serving-context.ts';

/** How one node runs. `provider` serves every version of this node; `executionProviders` are those that were found to work. */
export interface NodeSettings {
  readonly name: string;
  readonly environment: string;
  readonly host: string;
  readonly port: number;
  /** Undefined: no gRPC. */
  readonly grpcPort?: number | undefined;
  /** Under which other machines reach this node; undefined: the address it listens on. */
  readonly publicUrl?: string | undefined;
  readonly stateFolder: string;
  readonly provider: ExecutionProvider;
  readonly executionProviders: readonly ExecutionProvider[];
  /** Whether callers need a token. */
  readonly access: AccessMode;
  readonly batch: BatchLimits;
  /** What this process may hold in memory; undefined: half of what the machine or its control group has. */
  readonly memoryBudgetBytes?: number | undefined;
  readonly maximumBodyBytes: number;
  /** Certificate and key of HTTP and gRPC; undefined: both are plain. */
  readonly tls?: TlsFiles | undefined;
  /** Whose pages may call this node from a browser. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** What differs from the defaults. */
  readonly httpLimits?: Partial<HttpLimits> | undefined;
  /** Whether callers may load and unload versions; nothing: they may not. */
  readonly modelRepository?: boolean | undefined;
  readonly segments: SegmentLimits;
  readonly heartbeatMilliseconds: number;
}

/** A node that serves. */
export interface RunningNode {
  readonly url: string;
  /** Where gRPC is spoken, if it is. */
  readonly grpcPort: number | undefined;
  readonly agent: NodeAgent;
  readonly log: PredictionLog;
  /** Not ready from now on; answers what is in flight, closes and hands over the segments, says goodbye, releases the sessions. */
  close(): Promise<void>;
}

/** Leaves half of the grace of the process for handing over the segments. */
const GRACE_MILLISECONDS = 4000;

/** Builds and starts one inference node. What it remembers is served before the control plane is asked. */
export async function startNode(
  settings: NodeSettings,
  { client, logger }: { readonly client: ControlPlaneClient; readonly logger: Logger },
): Promise<RunningNode> {
  const onFault = (error: unknown): void => logger.error('request or session failed', { error: String(error) });
  const residentBytes = (): number => process.memoryUsage.rss();
  const nodeClass = `${settings.provider}-${arch()}-${availableParallelism()}`;
  const modelSizes = await RememberedNumbers.open(join(settings.stateFolder, 'model-sizes.json'));
  const batchSizes = await RememberedNumbers.open(join(settings.stateFolder, 'batch-sizes.json'));
  const engine = new InferenceEngine({
    provider: settings.provider,
    workingProviders: settings.executionProviders,
    batchSizes: new RememberedBatchSizes(batchSizes, nodeClass),
    limits: settings.batch,
    budget: new MemoryBudget({ budgetBytes: settings.memoryBudgetBytes ?? defaultMemoryBudget(totalmem(), process.constrainedMemory()), residentBytes }),
    sizes: new ModelSizes(modelSizes),
    onFault,
    logger,
  });
  const routes = new RouteTable();
  const shadows = new ShadowComparer(engine);
  const access = new AccessTable(settings.access, Date.now);
  const artifacts = new FilesystemStore(join(settings.stateFolder, 'artifacts'));
  const folder = await SegmentFolder.open(join(settings.stateFolder, 'segments'), Date.now());
  const uploader = new SegmentUploader({ folder, client, logger });
  const upload = (nodeId: string): void => {
    void uploader.uploadClosed(nodeId).catch((error: unknown) => logger.error('segments could not be read', { error: String(error) }));
  };
  const log = new PredictionLog({
    folder,
    logger,
    limits: settings.segments,
    onClosed: () => {
      if (agent.id !== undefined) upload(agent.id);
    },
  });
  let agent: NodeAgent;
  const context: ServingContext = {
    engine,
    routes,
    access,
    shadows,
    predictions: log,
    isReady: () => agent.isReady,
    now: Date.now,
    metrics: () =>
      nodeMetrics({
        versions: () => engine.held(),
        shadows: () => shadows.reports(),
        isReady: () => agent.isReady,
        droppedPredictionRows: () => log.droppedRows,
      }),
  };
  const repository = settings.modelRepository === true ? engine : undefined;
  const rest = new RestProtocol({ context, onFault, repository, maximumBodyBytes: settings.maximumBodyBytes });
  const server = await HttpServer.listen({
    host: settings.host,
    port: settings.port,
    maximumBodyBytes: settings.maximumBodyBytes,
    graceMilliseconds: GRACE_MILLISECONDS,
    tls: settings.tls,
    limits: settings.httpLimits,
    handler: withCors(settings.corsOrigins ?? [], (request) => rest.answer(request)),
    onFault,
  });
  const grpc =
    settings.grpcPort === undefined
      ? undefined
      : await GrpcServer.listen(context, { host: settings.host, port: settings.grpcPort, tls: settings.tls, maximumMessageBytes: settings.maximumBodyBytes, repository, onFault });
  agent = new NodeAgent({
    client,
    engine,
    logger,
    heartbeatMilliseconds: settings.heartbeatMilliseconds,
    uploadSegments: upload,
    applier: new AssignmentApplier({ engine, routes, shadows, artifacts, client, logger }),
    stateFile: new NodeStateFile(join(settings.stateFolder, 'node.json')),
    registration: {
      name: settings.name,
      environment: settings.environment,
      url: settings.publicUrl ?? server.url,
      executionProviders: settings.executionProviders,
      hardware: describeHardware(),
      nodeClass,
    },
    droppedPredictionRows: () => log.droppedRows,
    shadows: () => shadows.reports(),
    replaceAccess: (grants) => access.replace(grants),
    measure: (version) => engine.withCopy(version, artifacts.path(version.artifactDigest), (copy) => measureVersion(copy, residentBytes)),
  });
  await agent.restore();
  await log.recover((id) => agent.profileOf(id));
  agent.start();
  return {
    url: server.url,
    grpcPort: grpc?.port,
    agent,
    log,
    close: async () => {
      agent.drain();
      await Promise.all([server.close(), grpc?.close(GRACE_MILLISECONDS)]);
      await log.stop();
      if (agent.id !== undefined) await uploader.uploadClosed(agent.id);
      await agent.stop();
      await engine.close();
      await Promise.all([modelSizes.written(), batchSizes.written()]);
    },
  };
}

function describeHardware(): { cores: number; memoryBytes: number; cpu: string; architecture: string } {
  return { cores: availableParallelism(), memoryBytes: totalmem(), cpu: cpus()[0]?.model ?? 'unknown', architecture: arch() };
}
