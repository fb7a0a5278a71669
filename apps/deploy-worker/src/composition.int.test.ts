import { pathToFileURL } from 'node:url';
import { environmentPolicySchema } from '@millrace/contracts';
import { Endpoint, enqueueJob, Job, Outbox, Release, type DataSource } from '@millrace/db';
import { startOutboxRelay } from '@millrace/queue';
import { createLogger } from '@millrace/service-kit';
import { FilesystemStore } from '@millrace/storage';
import {
  buildEndpoint,
  buildEnvironment,
  buildEvaluation,
  buildModelVersion,
  buildNode,
  buildRelease,
  createEmptyDatabase,
  createTestDatabase,
  seedWorkspace,
  temporaryFolder,
  type TemporaryFolder,
  type TestDatabase,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDeployWorker } from './composition.ts';
import type { DeployWorkerEnv } from './env.ts';
import { MODEL_SIGNATURE, modelBytes } from './fixtures/onnx-model.fixture.ts';
import { SimulatedNode } from './fixtures/simulated-node.fixture.ts';

let database: TestDatabase;
let queue: Awaited<ReturnType<typeof createEmptyDatabase>>;
let folder: TemporaryFolder;
const logger = createLogger({ service: 'test', level: 'silent' });

beforeAll(async () => {
  database = await createTestDatabase();
  queue = await createEmptyDatabase();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await database.drop();
  await queue.drop();
  await folder.remove();
});

it('a release that was asked for is carried to promoted by a worker on the queue', async () => {
  const env: DeployWorkerEnv = {
    DATABASE_URL: database.url,
    QUEUE_URL: queue.url,
    STORAGE_URL: pathToFileURL(folder.path).href,
    LEASE_SECONDS: 30,
    CONCURRENCY: 2,
    POLL_MILLISECONDS: 20,
    NODE_TIMEOUT_SECONDS: 20,
    MEASUREMENT_TIMEOUT_SECONDS: 20,
    NODE_LOST_SECONDS: 15,
  };
  const { release, environmentId, nodeId } = await releaseOf(database.dataSource);
  const node = SimulatedNode.start(database.dataSource, nodeId, { perBeat: { requests: 1000, errors: 0 } });
  const worker = await startDeployWorker(env, logger);
  const relay = await startOutboxRelay({ queueUrl: queue.url, outbox: new Outbox(database), logger });
  const { manager } = database.dataSource;
  while ((await manager.findOneByOrFail(Job, { id: release.jobId })).status !== 'SUCCEEDED');
  await relay.close();
  await worker.close();
  await node.stop();
  expect(await manager.findOneByOrFail(Job, { id: release.jobId })).toMatchObject({ attempt: 1, result: { status: 'PROMOTED' } });
  expect(await manager.findOneByOrFail(Endpoint, { environmentId })).toMatchObject({ traffic: [{ modelVersionId: release.modelVersionId, weight: 100 }] });
});

/** A release of a first version, its job with a delivery, and a node. */
async function releaseOf(dataSource: DataSource): Promise<{ release: Release; environmentId: string; nodeId: string }> {
  const workspace = await seedWorkspace(dataSource);
  const { digest } = await new FilesystemStore(folder.path).put(modelBytes());
  const { id: modelVersionId } = await buildModelVersion(workspace, { artifactDigest: digest, signature: MODEL_SIGNATURE });
  await buildEvaluation(workspace, { modelVersionId });
  const policy = environmentPolicySchema.parse({ canarySteps: [{ weight: 10, minimumRequests: 0, holdSeconds: 0, maximumErrorRate: 0.01 }] });
  const { id: environmentId } = await buildEnvironment(workspace, { policy });
  const { id: endpointId } = await buildEndpoint(workspace, { environmentId });
  const { id: nodeId } = await buildNode(workspace, { environmentId });
  const job = await enqueueJob(dataSource.manager, { workspaceId: workspace.id, name: 'advance-release', payload: { releaseId: 'rel_soon' } });
  const release = await buildRelease(workspace, { endpointId, environmentId, modelVersionId, jobId: job.id });
  await dataSource.query('UPDATE job SET payload = $2 WHERE id = $1', [release.jobId, JSON.stringify({ releaseId: release.id })]);
  return { release, environmentId, nodeId };
}
