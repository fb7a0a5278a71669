import type { BenchmarkPart } from '../benchmark.ts';
import { smallPerceptron, withTag } from './bench-models.ts';
import { withNode } from './bench-node.ts';
import { binaryBody, jsonBody, type Body } from './bodies.ts';
import { RawSession } from './raw-session.ts';
import { measureRounds } from './rounds.ts';

const SECONDS = 2;
const CONNECTIONS = 32;
const ROWS = 32;

/**
 * Thirty-two rows in each request, binary and JSON, against a bare session that runs thirty-two rows at a time. The two wires are compared
 * without the prediction log: what it costs for so many rows hides what they cost.
 */
export const manyRowsPart: BenchmarkPart = {
  name: 'many-rows',
  measure: () => {
    const bytes = smallPerceptron();
    return withNode(
      [
        { name: 'mlp', bytes },
        { name: 'mlp-unlogged', bytes: withTag(bytes), serving: { predictionLogShare: 0 } },
      ],
      async function* ({ folder, wrk }) {
        const raw = await RawSession.open(folder, 'mlp', bytes);
        const load = { connections: CONNECTIONS, seconds: SECONDS };
        const rateOf = (model: string, body: Body) => async (): Promise<number> => ROWS * (await wrk(model, body, load)).requestsPerSecond;
        const [binary, json] = [await binaryBody(folder, ROWS), await jsonBody(folder, ROWS)];
        await wrk('mlp', binary, load);
        await wrk('mlp-unlogged', json, load);
        const rounds = await measureRounds({
          logged: rateOf('mlp', binary),
          raw: async () => ROWS * (await raw.runsPerSecond({ rows: ROWS, seconds: SECONDS })),
          binary: rateOf('mlp-unlogged', binary),
          json: rateOf('mlp-unlogged', json),
        });
        await raw.close();
        yield {
          what: `${ROWS} rows binary, ${CONNECTIONS} connections, against raw run() of ${ROWS} rows${rounds.remark}`,
          value: rounds.ratio('logged', 'raw'),
          unit: `× (${Math.round(rounds.median('logged')).toLocaleString('en')} rows/s)`,
          bar: { atLeast: 0.2 },
          peer: { what: 'raw run() in one thread', value: rounds.median('raw'), unit: 'rows/s' },
        };
        yield {
          what: `${ROWS} rows binary against JSON, not logged${rounds.remark}`,
          value: rounds.ratio('binary', 'json'),
          unit: '×',
          bar: { atLeast: 1.8 },
          peer: { what: 'JSON', value: rounds.median('json'), unit: 'rows/s' },
        };
      },
    );
  },
};
