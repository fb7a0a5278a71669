import type { BenchmarkPart } from '../benchmark.ts';
import type { Measure } from '../measure.ts';
import { smallPerceptron, withTag } from './bench-models.ts';
import { withNode } from './bench-node.ts';
import { binaryBody, jsonBody } from './bodies.ts';
import { measureRounds } from './rounds.ts';

const SECONDS = 2;
/** What the log may cost a client that does not wait for it. */
const FAST = 0.9;
/** Waiting for the disk costs what the disk costs: told, not judged. */
const DURABLE = 0;

/** What the prediction log costs in each of its ways, against the same model without one. */
export const logCostPart: BenchmarkPart = {
  name: 'log-cost',
  measure: () => {
    const bytes = smallPerceptron();
    const models = [
      { name: 'fast', bytes },
      { name: 'durable', bytes: withTag(bytes), serving: { predictionLog: 'durable' as const } },
      { name: 'off', bytes: withTag(withTag(bytes)), serving: { predictionLogShare: 0 } },
    ];
    return withNode(models, async function* ({ folder, wrk }) {
      const loads = [
        { what: 'one row of JSON, 64 connections', body: await jsonBody(folder, 1), connections: 64 },
        { what: '32 rows binary, 32 connections', body: await binaryBody(folder, 32), connections: 32 },
      ];
      for (const { what, body, connections } of loads) {
        const rateOf = (model: string) => async (): Promise<number> => (await wrk(model, body, { connections, seconds: SECONDS })).requestsPerSecond;
        for (const { name } of models) await rateOf(name)();
        yield* ratios(what, rateOf);
      }
    });
  },
};

async function* ratios(what: string, rateOf: (model: string) => () => Promise<number>): AsyncIterable<Measure> {
  const rounds = await measureRounds({ fast: rateOf('fast'), durable: rateOf('durable'), off: rateOf('off') });
  const peer = { what: 'log off', value: rounds.median('off'), unit: 'requests/s' };
  const rate = (name: 'fast' | 'durable'): string => `× (${Math.round(rounds.median(name)).toLocaleString('en')} requests/s)`;
  yield { what: `${what}, log fast against off${rounds.remark}`, value: rounds.ratio('fast', 'off'), unit: rate('fast'), bar: { atLeast: FAST }, peer };
  yield {
    what: `${what}, log durable against off${rounds.remark}`,
    value: rounds.ratio('durable', 'off'),
    unit: rate('durable'),
    bar: { atLeast: DURABLE },
    peer,
  };
}
