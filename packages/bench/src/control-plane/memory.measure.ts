import { setTimeout as delay } from 'node:timers/promises';
import type { BenchmarkPart } from '../benchmark.ts';
import { quantile, type Measure } from '../measure.ts';
import { withControlPlane, type BenchControlPlane } from './bench-control-plane.ts';
import { closedLoop } from './closed-loop.ts';

const QUERY = '{ viewer { kind } }';
const TOKENS = 5;
const LISTS = 85_000;
const SOCKETS = 40;
const SUBSCRIPTIONS_PER_SOCKET = 125;
const CHANGES = 5;
const LONG = 'x'.repeat(19_900);

/**
 * What callers who may only read leave in the memory of a control plane that has 256 MB: bodies that grow when they are read, documents
 * that nobody sent before, large answers, thousands of subscriptions to long texts. It lives, and another tenant is answered throughout.
 */
export const memoryPart: BenchmarkPart = {
  name: 'memory',
  measure: () => withControlPlane(measure),
};

type Attack = (plane: BenchControlPlane, tokens: readonly string[]) => Promise<unknown>;

const ATTACKS: Readonly<Record<string, Attack>> = {
  'bodies that grow': (plane, tokens) => {
    const body = JSON.stringify({ query: QUERY, variables: { lists: Array.from({ length: LISTS }, () => []) } });
    return many(200, (index) => send(plane, tokens[index % TOKENS], body));
  },
  'bodies for nobody': (plane) => many(10, () => send(plane, undefined, `[${'[],'.repeat(4_000_000)}[]]`, '/nothing')),
  'new documents': (plane, tokens) => many(200, (index) => send(plane, tokens[index % TOKENS], JSON.stringify({ query: wideQuery(index) }))),
  'large answers': (plane, tokens) => {
    const body = JSON.stringify({ query: '{ a: useCases(first: 200) { nodes { problem } } b: useCases(first: 200) { nodes { problem } } }' });
    return many(50, (index) => send(plane, tokens[index % TOKENS], body));
  },
  subscriptions: followAll,
};

async function* measure(plane: BenchControlPlane): AsyncIterable<Measure> {
  const { url, millrace } = plane;
  for (let i = 0; i < 200; i++) await millrace.useCases.create({ name: `bench ${i}`, problem: LONG });
  const tokens: string[] = [];
  for (let i = 0; i < TOKENS; i++) tokens.push((await millrace.tokens.create({ name: `reader ${i}`, kind: 'SERVICE', scopes: ['read'] })).secret);
  const { secret: token } = await millrace.workspaces.create({ name: 'another tenant' });
  for (const [what, attack] of Object.entries(ATTACKS)) {
    const over = new AbortController();
    const others = closedLoop({ url, token, body: () => JSON.stringify({ query: QUERY }), clients: 1, until: over.signal });
    await attack(plane, tokens);
    over.abort();
    const { accepted, failed } = await others;
    yield {
      what: `memory: ${what}: queries of another tenant that failed`,
      value: failed,
      unit: '',
      bar: { atMost: 0 },
      peer: { what: 'the slowest that was answered', value: quantile([...accepted, 0], 1), unit: 'ms' },
    };
  }
  const lives = (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true;
  yield { what: 'memory: the control plane lives', value: Number(lives), unit: '', bar: { atLeast: 1 } };
}

function many(count: number, begin: (index: number) => Promise<unknown>): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, (_, index) => begin(index)));
}

/** Whatever it is answered, and also when it is cut off. */
async function send({ url }: BenchControlPlane, token: string | undefined, body: string, path = '/graphql'): Promise<void> {
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body }).catch(() => undefined);
  await response?.arrayBuffer().catch(() => undefined);
}

function wideQuery(index: number): string {
  const fields = Array.from({ length: 140 }, (_, field) => `a${field}x${index}: id b${field}x${index}: name c${field}x${index}: name`);
  return `{ useCases { nodes { ${fields.join(' ')} } } }`;
}

/** Thousands of subscriptions, each with a document of its own, and some changes that wake them all. */
async function followAll({ url, millrace }: BenchControlPlane, tokens: readonly string[]): Promise<void> {
  const { id } = await millrace.useCases.create({ name: 'followed', problem: LONG });
  const sockets = Array.from({ length: SOCKETS }, (_, index) => follow(url, tokens[index % TOKENS] ?? '', id, index));
  await delay(10_000);
  for (let change = 0; change < CHANGES; change++) {
    await millrace.metrics.create({ useCaseId: id, name: `cost ${change}`, source: 'BUSINESS', unit: 'USD', direction: 'DECREASE' });
    await delay(1000);
  }
  for (const socket of sockets) socket.close();
}

function follow(url: string, token: string, id: string, index: number): WebSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object): void => socket.send(JSON.stringify(message));
  socket.addEventListener('open', () => say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  socket.addEventListener('message', ({ data }) => {
    if (!String(data).startsWith('{"type":"connection_ack"')) return;
    for (let i = 0; i < SUBSCRIPTIONS_PER_SOCKET; i++) {
      const fields = Array.from({ length: 11 }, (_, field) => `p${field}x${index}x${i}: problem`);
      const query = `subscription ($id: ID!) { useCaseChanged(id: $id) { ${fields.join(' ')} } }`;
      say({ id: String(i), type: 'subscribe', payload: { query, variables: { id, lists: Array.from({ length: 100 }, () => []) } } });
    }
  });
  return socket;
}
