import { randomUUID } from 'node:crypto';
import { UseCase } from '@millrace/db';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane({ MAXIMUM_ANSWER_BYTES: 100_000, REQUEST_SECONDS: 1 });
  team = await plane.workspace();
});
afterAll(() => plane.close());

const many = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(' ');
const create = (index: number, shown: string): string => `c${index}: createUseCase(input: { name: "${index}", problem: $problem }) { ${shown} }`;
const named = (name: string): Promise<number> => plane.dataSource.manager.countBy(UseCase, { workspaceId: team.workspace.id, name });
const created = (name: string): string => `mutation { createUseCase(input: { name: "${name}", problem: "Nobody warns." }) { id } }`;
const variables = { problem: 'Nobody warns. '.repeat(1000) };

it('a change whose answer is too large is told as done, and under its key it is not done again', async () => {
  const query = `mutation ($problem: String!) { ${create(
    1,
    many(8, (index) => `p${index}: problem`),
  )} }`;
  const headers = { 'idempotency-key': randomUUID() };
  for (let i = 0; i < 2; i++) {
    const refusal = await team.refusal(query, variables, headers);
    expect(refusal).toMatchObject({ code: 'ANSWER_TOO_LARGE', retryable: false, fields: { what: 'answerBytes', committed: 1 } });
    expect(refusal.message).toContain('The first change of the request was committed before, and stays.');
  }
  expect(await named('1')).toBe(1);
});

it('of several changes it is told how many are done', async () => {
  const query = `mutation ($problem: String!) { ${many(9, (index) => create(index + 10, 'problem'))} }`;
  const { fields } = await team.refusal(query, variables);
  const done = Number(fields['committed']);
  expect(done).toBeGreaterThan(5);
  expect(await Promise.all(Array.from({ length: 9 }, (_, index) => named(String(index + 10))))).toEqual(
    Array.from({ length: 9 }, (_, index) => (index < done ? 1 : 0)),
  );
});

it('names count that are counted nowhere else, and characters as JSON writes them', async () => {
  const names = many(20, (index) => `${'n'.repeat(120)}${index}: __typename`);
  expect(await team.refusal(`{ __schema { types { ${names} } } }`)).toMatchObject({ code: 'ANSWER_TOO_LARGE', fields: { maximum: 100_000 } });
  const problem = '\u0001'.repeat(19_000);
  const { createUseCase } = await team.send<{ createUseCase: { id: string } }>(
    'mutation ($input: CreateUseCaseInput!) { createUseCase(input: $input) { id } }',
    { input: { name: 'control', problem: `a${problem}b` } },
  );
  expect(await team.refusal('query ($id: ID!) { useCase(id: $id) { problem } }', { id: createUseCase.id })).toMatchObject({ code: 'ANSWER_TOO_LARGE' });
});

it('a change whose time is over while it is committed is waited for, and told as done', async () => {
  await plane.dataSource.query(`
    CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON use_case DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.name LIKE 'slow%') EXECUTE FUNCTION linger()`);
  const query = created('slow');
  const headers = { 'idempotency-key': randomUUID() };
  expect(await team.refusal(query, {}, headers)).toMatchObject({ code: 'TIMEOUT', retryable: true, fields: { committed: 1 } });
  expect(await named('slow')).toBe(1);
  expect(await team.send(query, {}, headers)).toMatchObject({ createUseCase: { id: expect.any(String) as string } });
  expect(await team.refusal(created('slow too'))).toMatchObject({ code: 'TIMEOUT', retryable: false, fields: { committed: 1 } });
});
