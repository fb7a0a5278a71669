import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchmarkPart } from '../benchmark.ts';
import { quantile } from '../measure.ts';
import { heavyPerceptron } from './bench-models.ts';
import { withNode } from './bench-node.ts';
import { jsonBody } from './bodies.ts';

const SECONDS = 8;
const EVERY_MILLISECONDS = 5;
const CONNECTIONS = 64;

/** Liveness every 5 ms while 64 connections saturate a model of 25 MB. Each call is timed from when it was due. */
export const healthPart: BenchmarkPart = {
  name: 'health',
  measure: () =>
    withNode([{ name: 'heavy', bytes: heavyPerceptron() }], async function* ({ node, folder, wrk }) {
      const body = await jsonBody(folder, 1);
      const url = `${node.url}/v2/health/live`;
      await wrk('heavy', body, { connections: CONNECTIONS, seconds: 2 });
      const atRest = await latencies(url, 2);
      const [saturated, load] = await Promise.all([latencies(url, SECONDS), wrk('heavy', body, { connections: CONNECTIONS, seconds: SECONDS })]);
      yield {
        what: `liveness, p99, while a model of 25 MB is saturated (${Math.round(load.requestsPerSecond).toLocaleString('en')} requests/s)`,
        value: quantile(saturated, 0.99),
        unit: `ms (p50 ${quantile(saturated, 0.5).toFixed(1)}, most ${Math.max(...saturated).toFixed(0)})`,
        bar: { atMost: 50 },
        peer: { what: 'p99 with nothing else to do', value: quantile(atRest, 0.99), unit: 'ms' },
      };
    }),
};

async function latencies(url: string, seconds: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true });
  const calls: Promise<number>[] = [];
  const start = performance.now();
  for (let due = start; due < start + seconds * 1000; due += EVERY_MILLISECONDS) {
    const wait = due - performance.now();
    if (wait > 0) await delay(wait);
    calls.push(timedGet(url, agent, due));
  }
  const all = await Promise.all(calls);
  agent.destroy();
  return all;
}

function timedGet(url: string, agent: Agent, due: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve(performance.now() - due) : reject(new Error(`liveness answered ${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}
