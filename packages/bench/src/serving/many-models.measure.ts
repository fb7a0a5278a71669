import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { GraphBuilder, type ValueName } from '@millrace/learning';
import type { BenchmarkPart } from '../benchmark.ts';
import { quantile, type Measure } from '../measure.ts';
import { COLUMNS } from './bench-models.ts';
import { withNode, type BenchNode } from './bench-node.ts';
import { jsonText } from './bodies.ts';
import { seededRandom } from '@millrace/domain';

const MODELS = 50;
const MODEL_MEBIBYTES = 20;
const BUDGET_MEBIBYTES = 400;
const CLIENTS = 8;

/**
 * Memory that was freed goes back to the machine only where the allocator is told to: without these, glibc keeps what evicted models
 * held in its arenas. They are what `infra/` starts nodes with.
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_TRIM_THRESHOLD_: '1048576' };

/** Fifty models of 20 MiB (with a batch size that is given, so that fifty loads sweep nothing), asked by Zipf's law, in a node that may hold 400 MiB altogether. */
export const manyModelsPart: BenchmarkPart = {
  name: 'many-models',
  measure: ({ minutes }) => {
    const models = Array.from({ length: MODELS }, (_, number) => ({ name: `model-${number}`, bytes: largeModel(number), serving: { maximumBatchRows: 8 } }));
    const env = { ...ALLOCATOR, MEMORY_BUDGET_BYTES: String(BUDGET_MEBIBYTES * 2 ** 20) };
    return withNode(models, (node) => measureManyModels(node, minutes * 60), env);
  },
};

/** Requests that failed or were answered by another model, and the most memory that was resident at any time. */
export async function* measureManyModels({ node, headers, inferUrl }: BenchNode, seconds: number): AsyncIterable<Measure> {
  const stopping = new AbortController();
  const memory = watchMemory(node.pid, stopping.signal);
  const failures: string[] = [];
  const milliseconds: number[] = [];
  const begin = performance.now();
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    const random = seededRandom(100 + client);
    while (performance.now() - begin < seconds * 1000) {
      const number = zipf(random());
      const start = performance.now();
      const failure = await ask(inferUrl(`model-${number}`), headers, number);
      milliseconds.push(performance.now() - start);
      if (failure !== undefined) failures.push(failure);
    }
  });
  await Promise.all(clients);
  stopping.abort();
  const peak = Math.max(...(await memory));
  const rate = milliseconds.length / seconds;
  yield {
    what: `failed requests, ${MODELS} models of ${MODEL_MEBIBYTES} MiB, Zipf${failures.length === 0 ? '' : ` (${failures[0]?.slice(0, 200)})`}`,
    value: failures.length,
    unit: 'requests',
    bar: { atMost: 0 },
    peer: { what: `answered; p50 ${quantile(milliseconds, 0.5).toFixed(0)} ms, p99 ${quantile(milliseconds, 0.99).toFixed(0)} ms`, value: rate, unit: '1/s' },
  };
  yield {
    what: `resident memory, ${MODELS} models of ${MODEL_MEBIBYTES} MiB, peak`,
    value: peak / BUDGET_MEBIBYTES,
    unit: '× budget',
    bar: { atMost: 1.3 },
    peer: { what: 'the budget', value: BUDGET_MEBIBYTES, unit: 'MiB' },
  };
}

/** A perceptron of two hidden layers, as wide as the size asks for. The scores of model n lie between n and n + 1, so an answer shows which model gave it. */
function largeModel(number: number): Uint8Array<ArrayBuffer> {
  const first = 1600;
  const second = Math.floor(((MODEL_MEBIBYTES * 2 ** 20) / Float32Array.BYTES_PER_ELEMENT - COLUMNS * first) / first);
  const graph = new GraphBuilder();
  const random = seededRandom(number);
  const noise = Float32Array.from({ length: 4096 }, () => (random() - 0.5) / first);
  const layer = (value: ValueName, rows: number, columns: number): ValueName => {
    const weights = Float32Array.from({ length: rows * columns }, (_, index) => noise[index % noise.length] ?? 0);
    return graph.add('MatMul', [value, graph.constant('FP32', [rows, columns], weights)]);
  };
  const hidden = graph.add('Relu', [layer(graph.input('x', 'FP32', COLUMNS), COLUMNS, first)]);
  const score = layer(graph.add('Relu', [layer(hidden, first, second)]), second, 1);
  const flat = graph.add('Reshape', [graph.add('Sigmoid', [score]), graph.constant('INT64', [1], [-1])]);
  graph.output('score', 'FP32', graph.add('Add', [flat, graph.scalar(number)]));
  return graph.build('large');
}

/** The rank that Zipf's law with exponent 1 gives to a share between 0 and 1. */
function zipf(share: number): number {
  const weights = Array.from({ length: MODELS }, (_, rank) => 1 / (rank + 1));
  let rest = share * weights.reduce((sum, weight) => sum + weight, 0);
  return Math.max(
    0,
    weights.findIndex((weight) => (rest -= weight) <= 0),
  );
}

/** Undefined when the model gave the answer that only it gives. */
async function ask(url: string, headers: Readonly<Record<string, string>>, number: number): Promise<string | undefined> {
  try {
    const response = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: jsonText(1) });
    const text = await response.text();
    if (response.status !== 200) return `${response.status} ${text}`;
    const { outputs } = JSON.parse(text) as { readonly outputs: readonly [{ readonly data: readonly number[] }] };
    return Math.floor(outputs[0].data[0] ?? -1) === number ? undefined : `model-${number} answered ${text}`;
  } catch (error) {
    return String(error);
  }
}

/** Resident memory in MiB, ten times a second. */
async function watchMemory(pid: number, stop: AbortSignal): Promise<number[]> {
  const samples: number[] = [];
  while (!stop.aborted) {
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    samples.push(Number(resident) / 1024);
    await delay(100);
  }
  return samples;
}
