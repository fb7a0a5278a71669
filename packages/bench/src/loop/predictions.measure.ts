import type { Millrace } from '@millrace/sdk';
import type { Measure } from '../measure.ts';

const SECONDS = 5;
const FLIGHT = {
  origin: ['SFO'],
  destination: ['LAX'],
  distance: [337],
  minute_of_day: [485],
  weekday: [1],
  origin_last_hour: [20],
  destination_last_hour: [31],
};

/** One client, one request at a time, one row each, through the SDK. The peer is the same client on the node's liveness, which runs no model. */
export async function measurePredictions(millrace: Millrace, endpoint: string): Promise<Measure> {
  const [url = ''] = (await millrace.endpoints.get(endpoint)).urls;
  const predict = (): Promise<unknown> => millrace.predict(endpoint, FLIGHT);
  const live = async (): Promise<unknown> => (await fetch(new URL('/v2/health/live', url))).arrayBuffer();
  await rate(predict, 1);
  return {
    what: 'one-row predictions over HTTP, one client',
    value: await rate(predict, SECONDS),
    unit: '1/s',
    bar: { atLeast: 1000 },
    peer: { what: 'GET /v2/health/live by the same client', value: await rate(live, SECONDS), unit: '1/s' },
  };
}

async function rate(call: () => Promise<unknown>, seconds: number): Promise<number> {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < seconds * 1000) {
    await call();
    calls += 1;
  }
  return calls / ((performance.now() - start) / 1000);
}
