import type { BenchmarkPart } from '../benchmark.ts';
import { smallPerceptron, withTag } from './bench-models.ts';
import { withNode } from './bench-node.ts';
import { jsonBody } from './bodies.ts';
import { processorTime } from './processor-time.ts';
import { RawSession } from './raw-session.ts';
import { measureRounds } from './rounds.ts';

const SECONDS = 2;
const CONNECTIONS = 64;

/** One row as JSON over 64 connections, against the bare session; with batching and without; and what batching costs a lone client. */
export const oneRowPart: BenchmarkPart = {
  name: 'one-row',
  measure: () => {
    const bytes = smallPerceptron();
    const models = [
      { name: 'mlp', bytes },
      { name: 'mlp-unbatched', bytes: withTag(bytes), serving: { maximumBatchRows: 1 } },
    ];
    return withNode(models, async function* ({ node, folder, wrk }) {
      const raw = await RawSession.open(folder, 'mlp', bytes);
      const body = await jsonBody(folder, 1);
      const rateOf = (model: string) => async (): Promise<number> => (await wrk(model, body, { connections: CONNECTIONS, seconds: SECONDS })).requestsPerSecond;
      const alone = (model: string) => async (): Promise<number> => (await wrk(model, body, { connections: 1, seconds: SECONDS })).p50;
      await wrk('mlp', body, { connections: CONNECTIONS, seconds: SECONDS });
      await wrk('mlp-unbatched', body, { connections: CONNECTIONS, seconds: SECONDS });

      const cost = { requests: 0, mainThread: 0, process: 0 };
      const json = async (): Promise<number> => {
        const before = await processorTime(node.pid);
        const rate = await rateOf('mlp')();
        const after = await processorTime(node.pid);
        cost.requests += rate * SECONDS;
        cost.mainThread += after.mainThread - before.mainThread;
        cost.process += after.process - before.process;
        return rate;
      };
      const rate = await measureRounds({ json, raw: () => raw.runsPerSecond({ rows: 1, seconds: SECONDS }) });
      const perRequest = (part: 'mainThread' | 'process'): string => (cost[part] / cost.requests).toFixed(1);
      yield {
        what: `one row of JSON, ${CONNECTIONS} connections, against raw run() of one row${rate.remark}`,
        value: rate.ratio('json', 'raw'),
        unit: `× (${Math.round(rate.median('json')).toLocaleString('en')} requests/s; of each ${perRequest('mainThread')} µs in the main thread, ${perRequest('process')} in all)`,
        bar: { atLeast: 0.5 },
        peer: { what: 'raw run() in one thread', value: rate.median('raw'), unit: '1/s' },
      };
      await raw.close();

      const batching = await measureRounds({ on: rateOf('mlp'), off: rateOf('mlp-unbatched') });
      yield {
        what: `batching on against off, ${CONNECTIONS} connections${batching.remark}`,
        value: batching.ratio('on', 'off'),
        unit: '×',
        bar: { atLeast: 2 },
        peer: { what: 'one row in each run', value: batching.median('off'), unit: 'requests/s' },
      };

      const lone = await measureRounds({ batched: alone('mlp'), unbatched: alone('mlp-unbatched') });
      yield {
        what: `one connection, p50 against unbatched${lone.remark}`,
        value: lone.ratio('batched', 'unbatched'),
        unit: `× (${Math.round(lone.median('batched'))} µs)`,
        bar: { atMost: 1.2 },
        peer: { what: 'p50 unbatched', value: lone.median('unbatched'), unit: 'µs' },
      };
    });
  },
};
