import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const CREATE = 'mutation ($input: CreateEnvironmentInput!) { createEnvironment(input: $input) { policy } }';
const environment = (policy: unknown): object => ({ input: { name: 'e', policy } });

it('JSON that is too large is refused with its path, its size and the limit', async () => {
  expect(await team.refusal(CREATE, environment({ note: 'x'.repeat(70_000) }))).toMatchObject({
    code: 'BAD_INPUT',
    fields: { path: 'input.policy', maximum: 65_536, unit: 'bytes of JSON', size: expect.any(Number) },
  });
  const many = Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`key${index}`, 1]));
  expect(await team.refusal(CREATE, environment(many))).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.policy' } });
});

it('a text that is too large is refused wherever it stands, and the answer does not repeat it', async () => {
  const error = await team.refusal('query ($id: ID!) { job(id: $id) { id } }', { id: 'x'.repeat(100_000) });
  expect(error).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'id', size: 100_000, maximum: 65_536 } });
  expect((await team.refusal(CREATE, { input: { name: { a: 'x'.repeat(500_000) } } })).message.length).toBeLessThan(1100);
});

it.each([
  ['a NUL character', '"a\\u0000"'],
  ['half of a character', '"\\ud800"'],
  ['a key with a NUL character', '{"a\\u0000":1}'],
  ['a number beyond all', '1e400'],
])('%s is refused before the database sees it', async (_what, text) => {
  const body = `{"query":${JSON.stringify(CREATE)},"variables":{"input":{"name":"e","policy":{"a":[${text}]}}}}`;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${team.secret}` };
  const response = await fetch(`${plane.url}/graphql`, { method: 'POST', headers, body });
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT', fields: { path: expect.stringMatching(/^input\.policy/) } } }] });
});

it('more than fifty bad items are a mistake of the caller like one', async () => {
  const RECORD = 'mutation ($input: RecordLabelsInput!) { recordLabels(input: $input) { rows } }';
  const labels = Array.from({ length: 60 }, () => ({ eventId: 1.5, value: 'x' }));
  expect(await team.refusal(RECORD, { input: { endpoint: 'e', labels } })).toMatchObject({ code: 'BAD_INPUT', retryable: false });
});

it.each(['2147483648', '-2147483649', '1.5', '"1"', '-1', '0'])('first: %s is refused as what it is', async (first) => {
  expect((await team.refusal(`{ useCases(first: ${first}) { nodes { id } } }`)).code).toMatch(/^(BAD_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
  expect(await team.refusal('query ($first: Int) { useCases(first: $first) { nodes { id } } }', { first: JSON.parse(first) as unknown })).toMatchObject({
    code: 'BAD_INPUT',
  });
});

it('keys that every object of the language has are keys like others', async () => {
  const definition = {
    columns: [
      { name: 'hasOwnProperty', type: 'double' },
      { name: '__proto__', type: 'double' },
      { name: 'constructor', type: 'double' },
    ],
    minimumRows: 1,
  };
  const USE_CASE = 'mutation ($input: CreateUseCaseInput!) { createUseCase(input: $input) { id } }';
  const { createUseCase } = await team.send<{ createUseCase: { id: string } }>(USE_CASE, { input: { name: 'constructor', problem: 'hasOwnProperty' } });
  const REQUIRE = 'mutation ($input: CreateDataRequirementInput!) { createDataRequirement(input: $input) { definition } }';
  const { createDataRequirement } = await team.send<{ createDataRequirement: { definition: object } }>(REQUIRE, {
    input: { useCaseId: createUseCase.id, name: '__proto__', definition },
  });
  expect(createDataRequirement.definition).toMatchObject(definition);
});
