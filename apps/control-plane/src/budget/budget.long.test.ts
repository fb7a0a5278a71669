import { buildModel, buildModelVersion, buildUseCase } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane({ MAXIMUM_ANSWER_BYTES: 1_000_000, MAXIMUM_READ_BYTES: 2_000_000, MAXIMUM_READ_ROWS: 500, REQUEST_SECONDS: 5 });
  team = await plane.workspace();
  for (let i = 0; i < 20; i++) await buildUseCase(team.workspace, { problem: 'Nobody warns. '.repeat(1400) });
  const model = await buildModel(team.workspace);
  for (let i = 0; i < 60; i++) await buildModelVersion(team.workspace, { modelId: model.id, version: i + 1, lineage: { large: 'x'.repeat(50_000) } });
});
afterAll(() => plane.close());

const aliases = (count: number, field: string): string => `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')} }`;

async function statusOf(query: string): Promise<number> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${team.secret}` };
  const response = await fetch(`${plane.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  await response.text();
  return response.status;
}

it('an answer that grows beyond its budget ends the request, clearly, with the code of the budget', async () => {
  const prose = aliases(40, 'useCases { nodes { problem } }');
  expect(await team.refusal(prose)).toMatchObject({ code: 'ANSWER_TOO_LARGE', retryable: false, fields: { what: 'answerBytes', maximum: 1_000_000 } });
  expect(await statusOf(prose)).toBe(413);
  await team.send('{ useCases { nodes { problem } } }');
});

it('so does a text that is one in memory and many in the answer', async () => {
  const repeated = `{ useCases { nodes { ${Array.from({ length: 40 }, (_, index) => `p${index}: problem`).join(' ')} } } }`;
  expect(await team.refusal(repeated)).toMatchObject({ code: 'ANSWER_TOO_LARGE', fields: { what: 'answerBytes' } });
});

it('a result that is larger than what a request may read is cut off on the wire, and the connection is replaced', async () => {
  const large = '{ models { nodes { versions(first: 60) { nodes { lineage } } } } }';
  for (let i = 0; i < 12; i++) expect(await team.refusal(large)).toMatchObject({ code: 'ANSWER_TOO_LARGE', fields: { what: 'readBytes' } });
  await team.send('{ models { nodes { versions(first: 60) { nodes { version } } } } }');
});

it('rows count, whatever they weigh', async () => {
  expect(await team.refusal(aliases(40, 'useCases { nodes { id } }'))).toMatchObject({ code: 'ANSWER_TOO_LARGE', fields: { what: 'rows', maximum: 500 } });
});

it('a document of many fields holds one connection, and one that waits in the database is ended by its time', async () => {
  const blocker = plane.dataSource.createQueryRunner();
  await blocker.startTransaction();
  await blocker.query('LOCK TABLE use_case IN ACCESS EXCLUSIVE MODE');
  const waiting = team.refusal(aliases(40, 'useCases { nodes { id } }'));
  const held = async (): Promise<number> => {
    const [row]: { held: number }[] = await plane.dataSource.query(
      `SELECT count(*)::int AS held FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'millrace-callers' AND wait_event_type = 'Lock'`,
    );
    return row?.held ?? 0;
  };
  await expect.poll(held).toBe(1);
  expect(await waiting).toMatchObject({ code: 'TIMEOUT', retryable: true });
  await blocker.rollbackTransaction();
  await blocker.release();
});
