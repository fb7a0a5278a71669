import { Agent, request } from 'node:http';
import { EVENT_ID_INPUT, type Millrace } from '@millrace/sdk';
import type { Measure } from '../measure.ts';

const SECONDS = 5;
const TEXTS = { origin: 'SFO', destination: 'LAX' };
const NUMBERS = { distance: 337, minute_of_day: 485, weekday: 1, origin_last_hour: 20, destination_last_hour: 31 };

/** One client on one connection, one row in each request, each sent when the one before is answered. The peer asks for liveness, which runs no model. */
export async function measurePredictions(millrace: Millrace, token: string, endpoint: string): Promise<Measure> {
  const [url = ''] = (await millrace.endpoints.get(endpoint)).urls;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let events = 0;
  const predict = (): Promise<void> => ask({ agent, token }, `${url}/infer`, bodyOf(`bench/${events++}`));
  const live = (): Promise<void> => ask({ agent, token }, new URL('/v2/health/live', url).href);
  await rate(predict, 1);
  const measure: Measure = {
    what: 'one-row predictions over HTTP, one client, one connection',
    value: await rate(predict, SECONDS),
    unit: '1/s',
    bar: { atLeast: 1000 },
    peer: { what: 'liveness by the same client', value: await rate(live, SECONDS), unit: '1/s' },
  };
  agent.destroy();
  return measure;
}

function bodyOf(eventId: string): string {
  return JSON.stringify({ inputs: [...tensorsOf('BYTES', { ...TEXTS, [EVENT_ID_INPUT]: eventId }), ...tensorsOf('INT64', NUMBERS)] });
}

function tensorsOf(datatype: string, columns: object): object[] {
  return Object.entries(columns).map(([name, value]) => ({ name, shape: [1], datatype, data: [value] }));
}

function ask({ agent, token }: { readonly agent: Agent; readonly token: string }, url: string, body?: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}`))));
    });
    call.on('error', reject);
    call.end(body);
  });
}

async function rate(call: () => Promise<void>, seconds: number): Promise<number> {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < seconds * 1000) {
    await call();
    calls += 1;
  }
  return calls / ((performance.now() - start) / 1000);
}
