import type { BenchmarkPart } from '../benchmark.ts';
import { quantile, type Measure } from '../measure.ts';
import { withControlPlane, type BenchControlPlane } from './bench-control-plane.ts';
import { closedLoop, type Load, type LoadResult } from './closed-loop.ts';

const SECONDS = 10;
/** Clients that keep the control plane just busy. Ten times as many ask ten times as often as it can answer, because who is refused asks again at once. */
const CLIENTS = 12;
const QUERY = JSON.stringify({ query: '{ useCases(first: 20) { nodes { id name status metrics { name latest { value } } milestones { name status } } } }' });

/** What ten times too many queries do to those that are accepted, to mutations, and to the heartbeats of nodes; and how soon it is over. */
export const overloadPart: BenchmarkPart = {
  name: 'overload',
  measure: () => withControlPlane(measure),
};

interface Crowd {
  readonly reads: LoadResult;
  readonly mutations: LoadResult;
  readonly heartbeats: LoadResult;
}

async function* measure(plane: BenchControlPlane): AsyncIterable<Measure> {
  const loads = await prepare(plane);
  const quiet = await crowd(loads, { reads: CLIENTS, mutations: 2, heartbeats: 2 });
  const busy = await crowd(loads, { reads: CLIENTS * 10, mutations: 20, heartbeats: 10 });
  const since = performance.now();
  const back = await secondsUntilBack(loads, quantile(quiet.reads.accepted, 0.99), since);
  for (const [what, before, after] of [
    ['accepted queries', quiet.reads, busy.reads],
    ['accepted mutations', quiet.mutations, busy.mutations],
    ['heartbeats', quiet.heartbeats, busy.heartbeats],
  ] as const) {
    const peer = { what: `the same ${what} with as many clients as fit`, value: quantile(before.accepted, 0.99), unit: 'ms' };
    yield { what: `overload: ${what}, p99`, value: quantile(after.accepted, 0.99), unit: 'ms', bar: { atMost: 2000 }, peer };
  }
  yield { what: 'overload: heartbeats refused', value: busy.heartbeats.refused + busy.heartbeats.failed, unit: '', bar: { atMost: 0 } };
  yield {
    what: 'overload: queries answered, beside as many clients as fit',
    value: busy.reads.accepted.length / quiet.reads.accepted.length,
    unit: '×',
    bar: { atLeast: 0.3 },
    peer: { what: 'queries sent away for each that was answered', value: busy.reads.refused / Math.max(1, busy.reads.accepted.length), unit: '' },
  };
  yield {
    what: 'overload: refusals that say when to come back',
    value: busy.reads.refusedWithTime / Math.max(1, busy.reads.refused),
    unit: '',
    bar: { atLeast: 1 },
  };
  yield { what: 'overload: back to normal after', value: back, unit: 's', bar: { atMost: 10 } };
}

type Loads = Readonly<Record<keyof Crowd, (clients: number, until: AbortSignal) => Load>>;

/** A workspace with something to look at, and a node that is alive. */
async function prepare({ url, adminToken, nodeToken, millrace }: BenchControlPlane): Promise<Loads> {
  for (let i = 0; i < 20; i++) {
    const useCase = await millrace.useCases.create({ name: `bench ${i}`, problem: 'Nobody warns.' });
    await millrace.metrics.create({ useCaseId: useCase.id, name: 'cost', source: 'BUSINESS', unit: 'USD', direction: 'DECREASE' });
  }
  await millrace.environments.create({ name: 'bench' });
  const node = await registerNode(url, nodeToken);
  const HEARTBEAT = 'mutation ($input: HeartbeatInput!) { heartbeat(input: $input) { assignment } }';
  const heartbeat = JSON.stringify({ query: HEARTBEAT, variables: { input: { nodeId: node, servedGeneration: 0, versionStates: [], stats: {} } } });
  const CREATE = 'mutation ($input: CreateUseCaseInput!) { createUseCase(input: $input) { id } }';
  let created = 0;
  const create = (): string => JSON.stringify({ query: CREATE, variables: { input: { name: `use case ${created++}`, problem: 'Nobody warns.' } } });
  return {
    reads: (clients, until) => ({ url, token: adminToken, body: () => QUERY, clients, until }),
    mutations: (clients, until) => ({ url, token: adminToken, body: create, clients, until }),
    heartbeats: (clients, until) => ({ url, token: nodeToken, body: () => heartbeat, clients, until }),
  };
}

async function registerNode(url: string, token: string): Promise<string> {
  const REGISTER = 'mutation ($input: RegisterNodeInput!) { registerNode(input: $input) { nodeId } }';
  const input = { name: 'bench', environment: 'bench', url: 'http://127.0.0.1:1', executionProviders: ['cpu'], hardware: {}, nodeClass: 'cpu-2' };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: REGISTER, variables: { input } }) });
  const { data } = (await response.json()) as { data: { registerNode: { nodeId: string } } };
  return data.registerNode.nodeId;
}

async function crowd(loads: Loads, clients: Readonly<Record<keyof Crowd, number>>): Promise<Crowd> {
  const until = AbortSignal.timeout(SECONDS * 1000);
  const [reads, mutations, heartbeats] = await Promise.all([
    closedLoop(loads.reads(clients.reads, until)),
    closedLoop(loads.mutations(clients.mutations, until)),
    closedLoop(loads.heartbeats(clients.heartbeats, until)),
  ]);
  return { reads, mutations, heartbeats };
}

/** Seconds from the end of the crowd until queries one after the other are answered as quickly as before. */
async function secondsUntilBack(loads: Loads, before: number, since: number): Promise<number> {
  for (;;) {
    const { accepted, refused, failed } = await closedLoop(loads.reads(1, AbortSignal.timeout(500)));
    const now = (performance.now() - since) / 1000;
    if ((accepted.length > 0 && refused + failed === 0 && quantile(accepted, 0.99) <= before) || now > 60) return now;
  }
}
