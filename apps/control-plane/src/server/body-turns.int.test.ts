import { once } from 'node:events';
import { connect } from 'node:net';
import { buildEndpoint } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const LABELS = 'mutation ($input: RecordLabelsInput!) { recordLabels(input: $input) { rows } }';

it('many large bodies at once are all answered, also when some of their senders hang up, and small ones do not wait for them', async () => {
  const { name } = await buildEndpoint(team.workspace);
  const labels = Array.from({ length: 10_000 }, (_, index) => ({ eventId: `event-${index}-of-a-long-name`, value: 1 }));
  const body = JSON.stringify({ query: LABELS, variables: { input: { endpoint: name, labels } } });
  const send = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${plane.url}/graphql`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${team.secret}` },
      ...(signal === undefined ? {} : { signal }),
    });
  const hungUp = new AbortController();
  const lost = Array.from({ length: 4 }, () => send(hungUp.signal).catch(() => undefined));
  const kept = Array.from({ length: 8 }, () => send());
  await team.send('{ viewer { kind } }');
  hungUp.abort();
  await Promise.all(lost);
  const answers = await Promise.all(kept.map(async (response) => (await response).json()));
  for (const answer of answers) expect(answer).toEqual({ data: { recordLabels: { rows: 10_000 } } });
  expect((await send()).status).toBe(200);
});

it('a stranger who sends a large body slowly is refused before it, and nobody waits for it', async () => {
  const strangers = Array.from({ length: 3 }, () => {
    const socket = connect(Number(new URL(plane.url).port), '127.0.0.1');
    socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{');
    return socket;
  });
  for (const socket of strangers) {
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 401 .*UNAUTHENTICATED/s);
    socket.destroy();
  }
});
