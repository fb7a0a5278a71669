import { deferred } from '@millrace/testing';
import type { BenchmarkPart } from '../benchmark.ts';
import { quantile, type Measure } from '../measure.ts';
import { withControlPlane, type BenchControlPlane } from './bench-control-plane.ts';

const SOCKETS = 4;
const SUBSCRIPTIONS_PER_SOCKET = 50;
const CHANGES = 20;
const FOLLOW = 'subscription ($id: ID!) { useCaseChanged(id: $id) { id metrics { latest { value } } } }';

interface Event {
  readonly useCaseChanged: { readonly metrics: readonly { readonly latest: { readonly value: number } | null }[] };
}

/** Two hundred subscriptions to one use case, and twenty changes of it as fast as they can be made. */
export const followersPart: BenchmarkPart = {
  name: 'followers',
  measure: () => withControlPlane(measure),
};

async function* measure({ url, adminToken, millrace }: BenchControlPlane): AsyncIterable<Measure> {
  const useCase = await millrace.useCases.create({ name: 'followed', problem: 'Nobody warns.' });
  const metric = await millrace.metrics.create({ useCaseId: useCase.id, name: 'cost', source: 'BUSINESS', unit: 'USD', direction: 'DECREASE' });
  const seen = Array.from({ length: SOCKETS * SUBSCRIPTIONS_PER_SOCKET }, () => deferred<number>());
  const begun = Array.from({ length: seen.length }, () => deferred());
  const sockets = Array.from({ length: SOCKETS }, (_, socket) =>
    follow(url, adminToken, useCase.id, (subscription, event) => {
      const index = socket * SUBSCRIPTIONS_PER_SOCKET + subscription;
      begun[index]?.resolve();
      if (event.useCaseChanged.metrics[0]?.latest?.value === CHANGES) seen[index]?.resolve(performance.now());
    }),
  );
  await Promise.all(begun.map(({ promise }) => promise));
  const from = performance.now();
  for (let change = 1; change <= CHANGES; change++)
    await millrace.metrics.record({ metricId: metric.id, observedAt: new Date(Date.UTC(2001, 0, change)), value: change });
  const changed = performance.now();
  const waits = (await Promise.all(seen.map(({ promise }) => promise))).map((at) => at - changed);
  for (const socket of sockets) socket.close();
  yield {
    what: `followers: ${seen.length} subscriptions see the last of ${CHANGES} changes, the slowest`,
    value: Math.max(...waits, 0),
    unit: 'ms',
    bar: { atMost: 1000 },
    peer: { what: 'the median subscription', value: quantile(waits, 0.5), unit: 'ms' },
  };
  yield { what: 'followers: the changes themselves', value: changed - from, unit: 'ms', bar: { atMost: 10_000 } };
}

/** One socket with many subscriptions, by the protocol itself. */
function follow(url: string, token: string, id: string, onEvent: (subscription: number, event: Event) => void): WebSocket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object): void => socket.send(JSON.stringify(message));
  socket.addEventListener('open', () => say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { readonly type: string; readonly id?: string; readonly payload?: { readonly data?: Event } };
    if (message.type === 'connection_ack') {
      for (let i = 0; i < SUBSCRIPTIONS_PER_SOCKET; i++) say({ id: String(i), type: 'subscribe', payload: { query: FOLLOW, variables: { id } } });
    }
    if (message.type === 'next' && message.payload?.data !== undefined) onEvent(Number(message.id), message.payload.data);
  });
  return socket;
}
