import { setTimeout as delay } from 'node:timers/promises';
import { releaseSmallEndpoint, SMALL_ENDPOINT } from '../../interop/small-endpoint.ts';
import type { ChaosWorld } from '../chaos-world.ts';
import { createNumbersPipeline } from './pipeline-load.ts';
import { startTraining } from './training-load.ts';

/** An endpoint of a model that is served elsewhere. */
export const WATCHED_ENDPOINT = 'watched-elsewhere';

/** What the load is put on. */
export interface ChaosSubjects {
  readonly pipelineId: string;
  readonly experimentId: string;
  readonly flightsVersionId: string;
  readonly endpointId: string;
  readonly monitorId: string;
  /** Two versions of the model behind the endpoint, which releases give its traffic to in turns. */
  readonly modelVersionIds: readonly string[];
}

/** Everything that the load needs, while nothing happens yet: a monitored endpoint that answers when its log is durable, one that is only watched, a pipeline. */
export async function prepareLoad(world: ChaosWorld): Promise<ChaosSubjects> {
  const { system, database } = world;
  const { millrace, sources } = system;
  await releaseSmallEndpoint(millrace, sources, { predictionLog: 'durable' });
  const [first] = await database.query<{ id: string; experimentId: string }[]>(
    `SELECT v.id, r.experiment_id AS "experimentId" FROM model_version v JOIN training_run r ON r.id = v.training_run_id`,
  );
  const { id: firstVersionId, experimentId } = first ?? { id: '', experimentId: '' };
  const flightsVersionId = (await millrace.datasets.get(SMALL_ENDPOINT)).latestVersion?.id ?? '';
  const training = await startTraining(world, { experimentId, flightsVersionId });
  await training.wait({ timeoutSeconds: 60 });
  const second = await millrace.models.register({ trainingRunId: training.id, model: SMALL_ENDPOINT });
  const [endpoint] = await database.query<{ id: string; useCaseId: string }[]>(`SELECT id, use_case_id AS "useCaseId" FROM endpoint`);
  const { id: endpointId, useCaseId } = endpoint ?? { id: '', useCaseId: '' };
  await millrace.metrics.create({ useCaseId, name: 'live accuracy', source: 'LIVE', unit: '', direction: 'INCREASE' });
  const definition = { windowSeconds: 60, minimumRows: 1, labelCoverage: 0, liveMetrics: [{ metric: 'live accuracy', measure: 'accuracy' as const }] };
  const monitor = await millrace.monitors.set({ endpointId, definition });
  await millrace.environments.create({ name: 'elsewhere' });
  await millrace.endpoints.create({ name: WATCHED_ENDPOINT, environment: 'elsewhere', useCaseId });
  const pipelineId = await createNumbersPipeline(millrace, sources);
  await untilNodesKnow(database);
  return {
    pipelineId,
    experimentId,
    endpointId,
    flightsVersionId,
    monitorId: monitor.id,
    modelVersionIds: [firstVersionId, second.id],
  };
}

/** Nodes count what they answer by the monitor that they know of. */
async function untilNodesKnow(database: ChaosWorld['database']): Promise<void> {
  const behind = `SELECT n.id FROM node n JOIN environment e ON e.id = n.environment_id WHERE n.served_generation < e.generation`;
  while ((await database.query<unknown[]>(behind)).length > 0) await delay(100);
}
