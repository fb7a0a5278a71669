import { hostname } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Secrets } from '../runtime/secrets.ts';
import type { StateFolder } from '../runtime/state-folder.ts';
import type { ServiceSpec } from './service-spec.ts';

/** Where the parts are that a runtime starts or was given. */
export interface Addresses {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly storageUrl: string;
  readonly lakehouseUrl: string;
}

/** The services of Millrace, in the three groups in which they start. They stop the other way round. Nodes reach everything through the control plane. */
export interface ServicePlan {
  readonly controlPlane: ServiceSpec;
  readonly workers: readonly ServiceSpec[];
  readonly nodes: (controlPlaneUrl: string) => readonly ServiceSpec[];
}

export interface PlanOptions {
  readonly repository: string;
  readonly folder: StateFolder;
  readonly secrets: Secrets;
  readonly addresses: Addresses;
}

/** The repository that this file is a part of. */
export const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

/** The name of the local node among the services. */
export const LOCAL_NODE = 'inference-worker';

/** A node gets this environment: the one that the examples release to. */
const LOCAL_ENVIRONMENT = 'production';

/**
 * Without these, glibc keeps what evicted models held in its arenas, and the node grows past its memory budget. It reads them
 * when the process starts; a service elsewhere (an image, a unit file) must be started with them, too.
 */
const RETURNS_FREED_MEMORY = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_TRIM_THRESHOLD_: '1048576' };

export function millracePlan({ repository, folder, secrets, addresses }: PlanOptions): ServicePlan {
  const shared = {
    DATABASE_URL: addresses.databaseUrl,
    QUEUE_URL: addresses.queueUrl,
    STORAGE_URL: addresses.storageUrl,
    LAKEHOUSE_URL: addresses.lakehouseUrl,
  };
  const service = (name: string, heapMegabytes: number, env: Readonly<Record<string, string>>, entry = join(name, 'dist', 'main.js')): ServiceSpec => ({
    name,
    entry: join(repository, 'apps', entry),
    env,
    nodeFlags: ['--enable-source-maps', `--max-old-space-size=${heapMegabytes}`, '--max-semi-space-size=4'],
  });
  // Never the state folder itself: it holds the secrets. The example's data are public; `sources` is of the first workspace, others have folders by their ids.
  const exampleData = join(repository, 'node_modules', 'vega-datasets', 'data');
  const sourceRoots = process.env['SOURCE_ROOTS'] ?? [`*=${exampleData}`, `default=${folder.sources}`, folder.workspaceSources].join(delimiter);
  return {
    controlPlane: {
      ...service('control-plane', 224, { ...shared, HOST: '127.0.0.1', BOOTSTRAP_TOKEN: secrets.adminToken, NODE_BOOTSTRAP_TOKEN: secrets.nodeToken }),
      keepsPort: true,
    },
    workers: [
      service('etl-worker', 384, { ...shared, SOURCE_ROOTS: sourceRoots }),
      service('training-worker', 1024, shared),
      service('deploy-worker', 256, shared),
      service('monitor-worker', 384, shared),
    ],
    nodes: (controlPlaneUrl) => [
      {
        ...service(LOCAL_NODE, 384, {
          CONTROL_PLANE_URL: controlPlaneUrl,
          NODE_TOKEN: secrets.nodeToken,
          NODE_NAME: `local-${hostname()}`.slice(0, 60),
          ENVIRONMENT: LOCAL_ENVIRONMENT,
          HOST: '127.0.0.1',
          STATE_DIR: join(folder.nodes, 'local'),
          ...RETURNS_FREED_MEMORY,
        }),
        keepsPort: true,
        keepsGrpcPort: true,
      },
      service(
        'scoring-worker',
        384,
        {
          CONTROL_PLANE_URL: controlPlaneUrl,
          NODE_TOKEN: secrets.nodeToken,
          ENVIRONMENT: LOCAL_ENVIRONMENT,
          QUEUE_URL: addresses.queueUrl,
          LAKEHOUSE_URL: addresses.lakehouseUrl,
          STATE_DIR: join(folder.nodes, 'scoring'),
        },
        join('inference-worker', 'dist', 'scoring', 'main.js'),
      ),
    ],
  };
}
