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
