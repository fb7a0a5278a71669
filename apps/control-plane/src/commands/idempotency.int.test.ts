import { randomUUID } from 'node:crypto';
import { AuditEvent, Job } from '@millrace/db';
import { buildMetric, buildPipeline } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
let metricId: string;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
  metricId = (await buildMetric(team.workspace)).id;
});
afterAll(() => plane.close());

/** The answer as it came over the wire; the body is given as text, since objects do not hold all that JSON can say. */
async function exchange(body: string, key: string): Promise<{ readonly status: number; readonly text: string }> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${team.secret}`, 'idempotency-key': key };
  const response = await fetch(`${plane.url}/graphql`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

const RECORD = 'mutation ($input: RecordObservationInput!) { recordObservation(input: $input) { id observedAt createdAt value detail } }';
const recordWith = (detail: string): string =>
  `{"query":${JSON.stringify(RECORD)},"variables":{"input":{"metricId":"${metricId}","observedAt":"2001-04-01T00:00:00.123Z","value":0.1,"detail":${detail}}}}`;

describe('a request that is sent again under its key is answered to the letter', () => {
  it.each([
    ['keys that objects have themselves', '{"__proto__":{"a":1},"constructor":2,"hasOwnProperty":3,"toString":null,"prototype":[]}'],
    ['keys that the house uses', '{"hash":"a","secret":"b","answer":{"withheld":true},"withheld":true,"token":{"hash":1,"secret":2}}'],
    ['keys of other serialisers', '{"$date":"2001-01-01","$oid":"1","$ref":"#/a","json":1,"meta":{"values":{"a":["Date"]}},"type":"Buffer","data":[1,2]}'],
    ['dates, also those that are none', '{"a":"2001-04-01T00:00:00.000Z","b":"2001-02-30","c":"+010000-01-01T00:00:00Z","d":"2001-04-01T02:00:00+02:00"}'],
    ['numbers', '{"a":1e21,"b":9007199254740993,"c":-0,"d":1.0,"e":0.1,"f":1e-7,"g":5e-324,"h":1.7976931348623157e308,"i":12345678901234567890}'],
    ['nulls and emptiness', '{"a":null,"b":[],"c":{},"d":"","":0,"e":[null,[null]]}'],
    ['an order of keys', '{"z":1,"a":2,"10":3,"2":4,"m":{"y":1,"b":2}}'],
    ['texts', JSON.stringify({ a: 'é e\u0301 \u2028 \u{1F600} \u202E', b: '\\ " / \b \n', c: '</script>' })],
  ])('with %s', async (_, detail) => {
    const key = randomUUID();
    const first = await exchange(recordWith(detail), key);
    expect(first.status, first.text).toBe(200);
    expect(first.text).not.toContain('"errors"');
    const { data } = JSON.parse(first.text) as { data: { recordObservation: { detail: object } } };
    expect(JSON.stringify(data.recordObservation.detail, (_key, value: unknown) => value)).toHaveLength(JSON.stringify(JSON.parse(detail)).length);
    expect(await exchange(recordWith(detail), key)).toEqual(first);
    expect(await exchange(recordWith(detail), key)).toEqual(first);
  });

  it('with half a megabyte', async () => {
    const key = randomUUID();
    const detail = JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key-${index}`, 'x'.repeat(1000)])));
    const first = await exchange(recordWith(detail), key);
    // The room may set a smaller limit for one value: then it is refused both times, and alike.
    expect(await exchange(recordWith(detail), key)).toEqual(first);
  });

  it('also when what it started has gone on since', async () => {
    const { id: pipelineId } = await buildPipeline(team.workspace);
    const query = `mutation ($input: StartPipelineRunsInput!) { a: startPipelineRuns(input: $input) { id job { id status } } }`;
    const body = JSON.stringify({ query, variables: { input: { pipelineId, intervals: [{ start: '2001-04-01T00:00:00Z', end: '2001-05-01T00:00:00Z' }] } } });
    const key = randomUUID();
    const first = await exchange(body, key);
    expect(first.text).toContain('QUEUED');
    await plane.dataSource.manager.update(Job, { workspaceId: team.workspace.id }, { status: 'CANCELLED' });
    expect(await exchange(body, key)).toEqual(first);
    expect(await plane.dataSource.manager.countBy(AuditEvent, { workspaceId: team.workspace.id, action: 'startPipelineRuns' })).toBe(1);
  });

  it('also when the process ended between the change and the answer: nothing is done twice', async () => {
    const key = randomUUID();
    const first = await exchange(recordWith('{"b":1,"a":"2001-04-01T00:00:00.000Z","__proto__":2}'), key);
    await plane.dataSource.query('UPDATE idempotency_record SET answer = NULL WHERE key = $1', [key]);
    const again = await exchange(recordWith('{"b":1,"a":"2001-04-01T00:00:00.000Z","__proto__":2}'), key);
    expect(again).toEqual(first);
  });

  it('also when several are sent at once', async () => {
    const key = randomUUID();
    const sent = await Promise.all(Array.from({ length: 8 }, () => exchange(recordWith('{"crowd":true}'), key)));
    const answered = sent.filter(({ text }) => !text.includes('"errors"'));
    expect(answered.length).toBeGreaterThan(0);
    expect(new Set(answered.map(({ text }) => text)).size).toBe(1);
  });
});

it('another body under the same key is refused, also one that only orders its keys otherwise', async () => {
  const key = randomUUID();
  await exchange(recordWith('{"a":1,"b":2}'), key);
  for (const detail of ['{"b":2,"a":1}', '{"a":1}', '{"a":1,"b":2, "c":3}']) {
    expect((await exchange(recordWith(detail), key)).text).toContain('"code":"CONFLICT"');
  }
});

it('a number that JSON cannot hold is refused, and so is text that the database cannot', async () => {
  for (const detail of ['{"a":1e999}', '{"a":"\\u0000"}']) {
    const { text } = await exchange(recordWith(detail), randomUUID());
    expect(text).toMatch(/"code":"BAD_(USER_)?INPUT"/);
  }
});
