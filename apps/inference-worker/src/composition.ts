import { arch, availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@millrace/service-kit';
import { FilesystemStore } from '@millrace/storage';
import { LogWatch } from './event-log/log-watch.ts';
import { PredictionLog } from './event-log/prediction-log.ts';
import { SegmentFolder } from './event-log/segment-folder.ts';
import { SegmentUploader } from './event-log/segment-uploader.ts';
import { nodeMetrics } from './metrics/node-metrics.ts';
import { AssignmentApplier } from './node-agent/assignment-applier.ts';
import type { ControlPlaneClient, NodeRegistration } from './node-agent/control-plane-client.ts';
import { measureVersion } from './node-agent/measure-version.ts';
import { NodeAgent } from './node-agent/node-agent.ts';
import { NodeStateFile } from './node-agent/node-state-file.ts';
import { UnusedArtifacts } from './node-agent/unused-artifacts.ts';
import { residentBytes } from './engine/memory/resident-bytes.ts';
import { nodeClassOf, openEngine } from './node-engine.ts';
import type { NodeSettings } from './node-settings.ts';
import { AccessTable } from './serving/access-table.ts';
import { RouteTable } from './serving/route-table.ts';
import type { ServingContext } from './serving/serving-context.ts';
import { RoutedCounter } from './serving/routed-counter.ts';
import { ShadowComparer } from './serving/shadow-comparer.ts';
import { openPorts, type ServingPorts } from './serving-ports.ts';

/** A node that serves. */
export interface RunningNode extends Pick<ServingPorts, 'url' | 'grpcPort'> {
  readonly agent: NodeAgent;
  readonly log: PredictionLog;
  /** Not ready from now on; answers what is in flight, closes and hands over the segments, says goodbye, releases the sessions. */
  close(): Promise<void>;
}

/** Between two looks for artifacts that are no longer served. */
const TIDY_MILLISECONDS = 3_600_000;
/** What stopping takes at most, without the drain. */
const STOP_MILLISECONDS = 8000;

/** Builds and starts one inference node. What it remembers is served before the control plane is asked. */
export async function startNode(
  settings: NodeSettings,
  { client, logger }: { readonly client: ControlPlaneClient; readonly logger: Logger },
): Promise<RunningNode> {
  // Half of the time is for what is in flight; most of the rest for handing over the segments.
  const stopMilliseconds = settings.stopTimeoutMilliseconds ?? STOP_MILLISECONDS;
  const onFault = (error: unknown): void => logger.error('request or session failed', { error: String(error) });
  const { engine, close: closeEngine } = await openEngine(settings, { logger, onFault, onHealth: () => applier?.settle() });
  let applier: AssignmentApplier | undefined;
  const routes = new RouteTable();
  const shadows = new ShadowComparer(engine);
  const routed = new RoutedCounter();
  const access = new AccessTable(settings.access, Date.now);
  const stateFile = new NodeStateFile(join(settings.stateFolder, 'node.json'));
  // A caller that is known must not be taken for a stranger while models are loaded.
  access.replace((await stateFile.read())?.assignment.access ?? []);
  const artifacts = new FilesystemStore(join(settings.stateFolder, 'artifacts'));
  const { log, watch, upload, uploadAll } = await openLog(settings, { client, logger });
  // Callers may come before the agent is there.
  let agent: NodeAgent | undefined;
  const isReady = (): boolean => agent?.isReady === true;
  const isTakenUp = (): boolean => agent?.isTakenUp === true;
  const metrics = (): string =>
    nodeMetrics({
      versions: () => engine.held(),
      shadows: () => shadows.reports(),
      isReady,
      predictionLog: () => watch.status(),
      http: () => ports.httpStatistics(),
    });
  const context: ServingContext = {
    engine,
    routes,
    access,
    shadows,
    routed,
    predictions: log,
    predictionLog: () => watch.status(),
    isReady,
    isTakenUp,
    failureOf: (id) => applier?.failureOf(id),
    now: Date.now,
    metrics,
  };
  const repository = settings.modelRepository === true ? engine : undefined;
  const ports = await openPorts(settings, context, { repository, graceMilliseconds: stopMilliseconds / 2, onFault });
  applier = new AssignmentApplier({ engine, routes, shadows, routed, artifacts, client, logger });
  const running = new NodeAgent({
    client,
    engine,
    logger,
    heartbeatMilliseconds: settings.heartbeatMilliseconds,
    uploadSegments: upload,
    applier,
    stateFile,
    registration: registrationOf(settings, ports.url),
    predictionLog: () => watch.status(),
    shadows: () => shadows.reports(),
    routed: () => routed.report(routes.all()),
    replaceAccess: (grants) => access.replace(grants),
    measure: (version) => engine.withCopy(version, artifacts.path(version.artifactDigest), (copy) => measureVersion(copy, residentBytes)),
  });
  agent = running;
  const tidying = startTidying(artifacts, applier, logger);
  await running.restore();
  await log.recover((id) => running.profileOf(id));
  running.start();
  return {
    url: ports.url,
    grpcPort: ports.grpcPort,
    agent: running,
    log,
    close: async () => {
      clearInterval(tidying);
      running.drain();
      await announce(running, settings.drainMilliseconds ?? 0);
      await ports.close();
      await log.stop();
      await uploadAll(running.id);
      await running.stop();
      await closeEngine(stopMilliseconds / 8);
    },
  };
}

/** Lets go of artifacts that are no longer served, every hour. */
function startTidying(artifacts: FilesystemStore, applier: AssignmentApplier, logger: Logger): NodeJS.Timeout {
  const unused = new UnusedArtifacts(artifacts);
  return setInterval(() => {
    const inUse = applier.digestsInUse();
    if (inUse === undefined) return;
    unused.remove(inUse, Date.now()).then(
      (bytes) => bytes > 0 && logger.info('unused artifacts removed', { bytes }),
      (error: unknown) => logger.error('unused artifacts could not be removed', { error: String(error) }),
    );
  }, TIDY_MILLISECONDS).unref();
}

/** Says that the node goes, and lets it answer meanwhile those who have not heard of it yet. A control plane that does not answer does not make it longer. */
async function announce(agent: NodeAgent, milliseconds: number): Promise<void> {
  if (milliseconds === 0) return;
  void agent.beat();
  await delay(milliseconds);
}

interface NodeLog {
  readonly log: PredictionLog;
  readonly watch: LogWatch;
  /** Hands over what has closed; beside everything else. */
  readonly upload: (nodeId: string) => void;
  readonly uploadAll: (nodeId: string | undefined) => Promise<void>;
}

async function openLog(settings: NodeSettings, { client, logger }: { readonly client: ControlPlaneClient; readonly logger: Logger }): Promise<NodeLog> {
  const folder = new SegmentFolder(join(settings.stateFolder, 'segments'), Date.now());
  const onFault = (error: unknown): void => logger.error('segments could not be read', { error: String(error) });
  await folder.repair().catch(onFault);
  let owner: string | undefined;
  const upload = (nodeId: string): void => {
    owner = nodeId;
    void watch.look();
    void uploader.uploadClosed(nodeId).catch(onFault);
  };
  const onClosed = (): void => {
    if (owner !== undefined) upload(owner);
  };
  const log = new PredictionLog({ folder, logger, limits: settings.segments, onClosed });
  const uploader = new SegmentUploader({ folder, client, logger, closeAgain: (sequence, atLeast) => log.closeAgain(sequence, atLeast) });
  const watch = new LogWatch({ log, folder, uploader, logger });
  await watch.look();
  return {
    log,
    watch,
    upload,
    uploadAll: async (nodeId) => {
      if (nodeId !== undefined) await uploader.uploadClosed(nodeId).catch(onFault);
    },
  };
}

function registrationOf(settings: NodeSettings, url: string): NodeRegistration {
  return {
    name: settings.name,
    environment: settings.environment,
    url: settings.publicUrl ?? url,
    executionProviders: settings.executionProviders,
    hardware: { cores: availableParallelism(), memoryBytes: totalmem(), cpu: cpus()[0]?.model ?? 'unknown', architecture: arch() },
    nodeClass: nodeClassOf(settings),
  };
}
