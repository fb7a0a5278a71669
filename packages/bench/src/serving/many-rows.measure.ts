import type { BenchmarkPart } from '../benchmark.ts';
import { smallPerceptron } from './bench-models.ts';
import { withNode } from './bench-node.ts';
import { binaryBody, jsonBody, type Body } from './bodies.ts';
import { RawSession } from './raw-session.ts';
import { measureRounds } from './rounds.ts';

const SECONDS = 2;
const CONNECTIONS = 32;
const ROWS = 32;

/** Thirty-two rows in each request, binary and JSON, against a bare session that runs thirty-two rows at a time. */
export const manyRowsPart: BenchmarkPart = {
  name: 'many-rows',
  measure: () => {
    const bytes = smallPerceptron();
    return withNode([{ name: 'mlp', bytes }], async function* ({ folder, wrk }) {
      const raw = await RawSession.open(folder, 'mlp', bytes);
      const load = { connections: CONNECTIONS, seconds: SECONDS };
      const rateOf = (body: Body) => async (): Promise<number> => ROWS * (await wrk('mlp', body, load)).requestsPerSecond;
      const [binary, json] = [await binaryBody(folder, ROWS), await jsonBody(folder, ROWS)];
      await wrk('mlp', binary, load);
      await wrk('mlp', json, load);
      const rounds = await measureRounds({
        binary: rateOf(binary),
        raw: async () => ROWS * (await raw.runsPerSecond({ rows: ROWS, seconds: SECONDS })),
        json: rateOf(json),
      });
      await raw.close();
      yield {
        what: `${ROWS} rows binary, ${CONNECTIONS} connections, against raw run() of ${ROWS} rows${rounds.remark}`,
        value: rounds.ratio('binary', 'raw'),
        unit: `× (${Math.round(rounds.median('binary')).toLocaleString('en')} rows/s)`,
        bar: { atLeast: 0.2 },
        peer: { what: 'raw run() in one thread', value: rounds.median('raw'), unit: 'rows/s' },
      };
      yield {
        what: `${ROWS} rows binary against JSON${rounds.remark}`,
        value: rounds.ratio('binary', 'json'),
        unit: '×',
        bar: { atLeast: 1.8 },
        peer: { what: 'JSON', value: rounds.median('json'), unit: 'rows/s' },
      };
    });
  },
};
