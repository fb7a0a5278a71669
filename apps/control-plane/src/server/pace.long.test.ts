import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buildEndpoint, buildUseCase } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let slow: TestClient;
let other: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane({ SLOW_PEER_SECONDS: 1 });
  slow = await plane.workspace();
  other = await plane.workspace();
});
afterAll(() => plane.close());

const open: Socket[] = [];
afterAll(() => {
  for (const socket of open) socket.destroy();
});

function raw(text: string): Socket {
  const socket = connect(Number(new URL(plane.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  open.push(socket);
  return socket;
}

const post = (client: TestClient, bytes: number): string =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${client.secret}\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n{`;

async function cutOff(): Promise<number> {
  const text = await (await fetch(`${plane.url}/metrics`)).text();
  return Number(/^millrace_slow_peers_cut_total (\d+)$/m.exec(text)?.[1]);
}

describe.concurrent('a peer that takes its time', () => {
  it('with its headers, or with anything at all, is cut off', async () => {
    for (const socket of [raw(''), raw('POST /graphql HTTP/1.1\r\nhost')]) {
      socket.resume();
      await once(socket, 'close');
    }
  });

  it('with a small body is cut off', async () => {
    const [answer] = (await once(raw(post(slow, 1000)), 'data')) as [Buffer];
    expect(answer.toString()).toContain('408');
  });

  it('with large bodies, many of them, keeps nobody else from sending one, and is cut off', async () => {
    const before = await cutOff();
    const dripping = Array.from({ length: 5 }, () => raw(post(slow, 1_000_000)));
    const { name } = await buildEndpoint(other.workspace);
    const labels = Array.from({ length: 8000 }, (_, index) => ({ eventId: `event-${index}-of-a-long-name`, value: 1 }));
    const sent = await other.send<object>('mutation ($input: RecordLabelsInput!) { recordLabels(input: $input) { rows } }', {
      input: { endpoint: name, labels },
    });
    expect(sent).toEqual({ recordLabels: { rows: 8000 } });
    const answers = await Promise.all(dripping.map(async (socket) => ((await once(socket, 'data')) as [Buffer])[0].toString()));
    expect(answers.every((answer) => /^HTTP\/1.1 (408|503)/.test(answer))).toBe(true);
    expect(await cutOff()).toBeGreaterThan(before);
  });
});

it('a peer that asks for large answers and does not take them is cut off', async () => {
  const before = await cutOff();
  for (let i = 0; i < 200; i++) await buildUseCase(slow.workspace, { problem: 'Nobody warns. '.repeat(1400) });
  const body = JSON.stringify({ query: '{ a: useCases(first: 200) { nodes { problem } } }' });
  // More than the buffers of any kernel hold.
  const socket = raw((post(slow, Buffer.byteLength(body)).slice(0, -1) + body).repeat(8));
  const closed = once(socket, 'close');
  await once(socket, 'readable');
  await expect.poll(cutOff, { timeout: 40_000, interval: 500 }).toBeGreaterThan(before);
  socket.resume();
  await closed;
});
