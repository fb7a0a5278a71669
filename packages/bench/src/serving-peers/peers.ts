import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PEERS = fileURLToPath(new URL('../../peers', import.meta.url));

/** One way to run a peer. `body` OIP: the request of the Open Inference Protocol that we get, too; list: `{"x": [[…]]}`. */
export interface Variant {
  readonly name: string;
  readonly path: string;
  readonly body: 'OIP' | 'list';
  /** Program of its environment, arguments, and variables. `folder` is empty and its own. */
  start(
    port: number,
    folder: string,
  ): Promise<{ readonly program: string; readonly args: readonly string[]; readonly cwd: string; readonly env?: Readonly<Record<string, string>> }>;
}

/** A framework, with the ways to run it of which the best counts. */
export interface Peer {
  /** Of its environment below `PEERS_VENVS`, and of its package. */
  readonly name: string;
  /** Packages whose versions are printed. */
  readonly packages: readonly string[];
  readonly variants: readonly Variant[];
}

const uvicorn: Variant['start'] = async (port) => ({
  program: 'uvicorn',
  args: ['fastapi_app:app', '--host', '127.0.0.1', '--port', `${port}`, '--workers', '2', '--loop', 'uvloop', '--http', 'httptools', '--no-access-log'],
  cwd: PEERS,
});

const bento: Variant['start'] = async (port) => ({
  program: 'bentoml',
  args: ['serve', 'bentoml_app:Mlp', '--host', '127.0.0.1', '--port', `${port}`],
  cwd: PEERS,
  env: { BENTOML_DO_NOT_TRACK: 'True' },
});

const litserve =
  (batch: number): Variant['start'] =>
  async (port) => ({ program: 'python', args: ['litserve_app.py', `${port}`, `${batch}`], cwd: PEERS });

/** MLServer reads its settings from files. */
const mlserver =
  (parallelWorkers: number, batching: object): Variant['start'] =>
  async (port, folder) => {
    const model = join(folder, 'mlp');
    await mkdir(model);
    const settings = { debug: false, host: '127.0.0.1', http_port: port, grpc_port: port + 1, metrics_port: port + 2, parallel_workers: parallelWorkers };
    await writeFile(join(folder, 'settings.json'), JSON.stringify({ ...settings, environments_dir: join(folder, 'environments') }));
    await writeFile(join(model, 'model-settings.json'), JSON.stringify({ name: 'mlp', implementation: 'mlp_runtime.MlpRuntime', ...batching }));
    return { program: 'mlserver', args: ['start', folder], cwd: folder, env: { PYTHONPATH: `${join(PEERS, 'mlserver')}:${PEERS}` } };
  };

/** Two processes with a session each where the framework has processes, and its own batching where it has any. */
export const ALL_PEERS: readonly Peer[] = [
  {
    name: 'fastapi',
    packages: ['fastapi', 'uvicorn', 'uvloop', 'httptools', 'orjson', 'onnxruntime'],
    variants: [
      { name: 'raw body and orjson, 2 workers', path: '/raw', body: 'OIP', start: uvicorn },
      { name: 'pydantic models, 2 workers', path: '/typed', body: 'OIP', start: uvicorn },
    ],
  },
  {
    name: 'litserve',
    packages: ['litserve', 'fastapi', 'uvicorn', 'onnxruntime'],
    variants: [
      { name: 'batches of 64, 2 workers, 2 API servers', path: '/predict', body: 'OIP', start: litserve(64) },
      { name: 'no batches, 2 workers, 2 API servers', path: '/predict', body: 'OIP', start: litserve(1) },
    ],
  },
  {
    name: 'bentoml',
    packages: ['bentoml', 'onnxruntime'],
    variants: [
      { name: 'adaptive batching, 2 workers', path: '/batched', body: 'list', start: bento },
      { name: 'no batching, 2 workers', path: '/single', body: 'list', start: bento },
    ],
  },
  {
    name: 'mlserver',
    packages: ['mlserver', 'fastapi', 'uvicorn', 'onnxruntime'],
    variants: [
      {
        name: 'custom runtime, 2 parallel workers, adaptive batching',
        path: '/v2/models/mlp/infer',
        body: 'OIP',
        start: mlserver(2, { max_batch_size: 64, max_batch_time: 0.002 }),
      },
      {
        name: 'custom runtime in the server, adaptive batching',
        path: '/v2/models/mlp/infer',
        body: 'OIP',
        start: mlserver(0, { max_batch_size: 64, max_batch_time: 0.002 }),
      },
      { name: 'custom runtime in the server', path: '/v2/models/mlp/infer', body: 'OIP', start: mlserver(0, {}) },
    ],
  },
];
