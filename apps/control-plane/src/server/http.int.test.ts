import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { buildJob } from '@millrace/testing';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, refusalOf, startTestControlPlane, type TestClient, type TestControlPlane } from '../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  team = await plane.workspace();
});
afterAll(() => plane.close());

const bearer = (client: TestClient): Record<string, string> => ({ authorization: `Bearer ${client.secret}` });
const put = (client: TestClient | undefined, body: string | Uint8Array<ArrayBuffer>, type = 'application/octet-stream'): Promise<Response> =>
  fetch(`${plane.url}/artifacts`, { method: 'PUT', body, headers: { 'content-type': type, ...(client === undefined ? {} : bearer(client)) } });
const get = (client: TestClient | undefined, digest: string): Promise<Response> =>
  fetch(`${plane.url}/artifacts/${digest}`, { headers: client === undefined ? {} : bearer(client) });
const statusOf = async (init: RequestInit, query = ''): Promise<number> => (await fetch(`${plane.url}/graphql${query}`, { method: 'POST', ...init })).status;
const codeOf = async (response: Response): Promise<string> => `${response.status} ${((await response.json()) as { error: { code: string } }).error.code}`;

const aliases = (count: number, field: string): string => `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')} }`;

describe('/artifacts', () => {
  it('takes bytes of any type and streams the same bytes back', async () => {
    const content = randomBytes(300_000);
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    expect(await (await put(team, content, 'application/json')).json()).toEqual({ digest, bytes: content.length });
    expect(Buffer.from(await (await get(team, digest)).arrayBuffer()).equals(content)).toBe(true);
  });

  it('refuses whoever has no token, or none with the scope', async () => {
    const reader = await clientOf(plane.url, team.workspace, ['read']);
    expect(await codeOf(await put(undefined, 'a'))).toBe('401 UNAUTHENTICATED');
    expect(await codeOf(await put(reader, 'a'))).toBe('403 FORBIDDEN');
    expect(await codeOf(await get(undefined, `sha256:${'a'.repeat(64)}`))).toBe('401 UNAUTHENTICATED');
    const writer = await clientOf(plane.url, team.workspace, ['product:write']);
    expect(await codeOf(await get(writer, `sha256:${'a'.repeat(64)}`))).toBe('403 FORBIDDEN');
  });

  it('does not show what only another workspace stored', async () => {
    const { digest } = (await (await put(team, 'ours')).json()) as { digest: string };
    const stranger = await plane.workspace();
    expect(await codeOf(await get(stranger, digest))).toBe('404 ARTIFACT_MISSING');
    expect((await get(await clientOf(plane.url, team.workspace, ['node']), digest)).status).toBe(200);
    expect(await codeOf(await get(team, 'sha256:..%2f..%2fetc'))).toBe('404 ARTIFACT_MISSING');
  });

  it('refuses a request without a body', async () => {
    expect(await codeOf(await fetch(`${plane.url}/artifacts`, { method: 'PUT', headers: bearer(team) }))).toBe('400 BAD_INPUT');
  });

  it('refuses more bytes than are allowed, also when their number is not told', async () => {
    expect((await codeOf(await put(team, randomBytes(1_000_001)))).split(' ')[1]).toBe('BAD_INPUT');
    const stream = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 11; i++) controller.enqueue(randomBytes(100_000));
        controller.close();
      },
    });
    const chunked: RequestInit & { duplex: 'half' } = {
      method: 'PUT',
      body: stream,
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream', ...bearer(team) },
    };
    expect((await codeOf(await fetch(`${plane.url}/artifacts`, chunked))).split(' ')[1]).toBe('BAD_INPUT');
  });
});

describe('/graphql', () => {
  it('keeps the codes of documents that cannot be run', async () => {
    expect(await team.refusal('{ viewer {')).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED', retryable: false, fields: {} });
    expect(await team.refusal('{ nothing }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(await team.refusal('query A { viewer { kind } } query B { viewer { kind } }')).toMatchObject({ code: 'OPERATION_RESOLUTION_FAILURE' });
    expect(await team.refusal(`{ ${'a '.repeat(20_000)} }`)).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
  });

  it('names the path of a variable that has the wrong type, lacks a field or is not there', async () => {
    const CREATE = 'mutation ($input: CreateUseCaseInput!) { createUseCase(input: $input) { id } }';
    expect(await team.refusal(CREATE, { input: { name: 5, problem: 'p' } })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.name' } });
    expect(await team.refusal(CREATE, { input: { name: 'n' } })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.problem' } });
    expect(await team.refusal(CREATE, { input: { name: 'n', problem: 'p', clock: 'MOON' } })).toMatchObject({
      code: 'BAD_INPUT',
      fields: { path: 'input.clock' },
    });
    expect(await team.refusal(CREATE, {})).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input' } });
  });

  it('refuses pages out of range, cursors that are none, and queries that are too deep or too costly', async () => {
    expect(await team.refusal('{ useCases(first: 0) { nodes { id } } }')).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'first', maximum: 200 } });
    expect(await team.refusal('{ useCases(first: 201) { nodes { id } } }')).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'first' } });
    expect(await team.refusal('{ useCases(after: "nonsense") { nodes { id } } }')).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'after' } });
    const { id } = await buildJob(team.workspace);
    const ofAnother = Buffer.from('after:pip_1').toString('base64url');
    expect(
      await team.refusal('query ($id: ID!, $after: String) { job(id: $id) { log(after: $after) { nodes { at } } } }', { id, after: ofAnother }),
    ).toMatchObject({ code: 'BAD_INPUT' });
    const deep = '{ experiment(id: "e") { runs { edges { node { job { log { edges { node { message } } } } } } } } }';
    expect(await team.refusal(deep)).toMatchObject({ code: 'QUERY_TOO_DEEP', fields: { depth: 9, maximum: 8 } });
    const costly = '{ pipelines(first: 200) { nodes { runs(first: 200) { nodes { id intervalStart } } } } }';
    expect(await team.refusal(costly)).toMatchObject({ code: 'QUERY_TOO_COSTLY', fields: { maximum: 50_000 } });
  });

  it('tells a subscription that came by HTTP where subscriptions are served', async () => {
    const error = await team.refusal('subscription { useCaseChanged(id: "uc_1") { id } }');
    expect(error).toMatchObject({ code: 'BAD_INPUT' });
    expect(error.message).toContain('WebSocket');
  });

  it('refuses JSON that nests too deep, and text that no database holds', async () => {
    const CREATE = 'mutation ($input: CreateEnvironmentInput!) { createEnvironment(input: $input) { id } }';
    const nested: unknown = Array.from({ length: 40 }).reduce((inner) => ({ inner }), {});
    expect(await team.refusal(CREATE, { input: { name: 'deep', policy: nested } })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.policy' } });
    expect(await team.refusal('query ($id: ID!) { job(id: $id) { id } }', { id: 'job_\0' })).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('refuses batches, simple cross-site requests, mutations by GET, and bodies that are no JSON or too large', async () => {
    const headers = { 'content-type': 'application/json', ...bearer(team) };
    expect(await statusOf({ headers, body: '[{"query":"{ viewer { kind } }"}]' })).toBe(400);
    expect(await statusOf({ headers: { 'content-type': 'text/plain' }, body: '{"query":"{ viewer { kind } }"}' })).toBeGreaterThanOrEqual(400);
    expect(
      await statusOf(
        { method: 'GET', headers: { ...bearer(team), 'x-apollo-operation-name': 'a' } },
        `?query=${encodeURIComponent('mutation { revokeToken(id: "x") { id } }')}`,
      ),
    ).toBe(405);
    expect(await statusOf({ headers, body: '{' })).toBe(400);
    // Twenty times its size once it is read.
    expect(await statusOf({ headers, body: `{"query":"{ viewer { kind } }","variables":{"a":[${'[],'.repeat(1_000_000)}[]]}}` })).toBe(413);
    expect(await statusOf({ headers, body: JSON.stringify({ query: ' '.repeat(4_000_001) }) })).toBe(413);
  });

  it('says nothing of what went wrong inside: the answer has the id of the request, the log the rest', async () => {
    await plane.dataSource.query('ALTER TABLE pipeline RENAME TO pipeline_moved');
    try {
      const error = await team.refusal('{ pipelines { nodes { id } } }');
      expect(error).toMatchObject({ code: 'INTERNAL', retryable: true, fields: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
      expect(JSON.stringify(error)).not.toContain('relation');
    } finally {
      await plane.dataSource.query('ALTER TABLE pipeline_moved RENAME TO pipeline');
    }
  });

  it('tells a stranger nothing, whatever he sends: not even whether it is a document', async () => {
    const bombs = [
      `{ ${Array.from({ length: 250 }, (_, index) => `a${index}: __schema { types { name } }`).join(' ')} }`,
      '{',
      '{ __schema { queryType { name } } }',
    ];
    for (const query of bombs) expect(await refusalOf(plane.url, query, {}, {})).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await statusOf({ headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' })).toBe(401);
  });

  it('answers introspection with a token; it costs what it returns', async () => {
    const [schema] = Object.values(await team.send<Record<string, { types: unknown[] }>>(getIntrospectionQuery()));
    expect(schema?.types.length).toBeGreaterThan(100);
    const types = '__schema { types { name fields { name description } } }';
    expect(await team.refusal(aliases(49, types))).toMatchObject({ code: 'QUERY_TOO_COSTLY', fields: { maximum: 50_000 } });
    expect(await team.refusal(aliases(51, '__typename'))).toMatchObject({
      fields: { rootFields: 51 },
    });
    expect(await team.refusal(aliases(250, types))).toMatchObject({ code: 'QUERY_TOO_COSTLY', fields: { maximum: 10_000 } });
    const long = 'a'.repeat(129);
    for (const named of [`{ __schema { types { ${long}: name } } }`, `{ ...${long} } fragment ${long} on Query { viewer { kind } }`])
      expect(await team.refusal(named)).toMatchObject({ code: 'QUERY_TOO_COSTLY', fields: { what: 'nameCharacters', maximum: 128 } });
    const deep = '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';
    expect(await team.refusal(deep)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});

describe('the IDE', () => {
  it('is a page that loads nothing from elsewhere', async () => {
    const response = await fetch(`${plane.url}/graphql`, { headers: { accept: 'text/html' } });
    const page = await response.text();
    if (!existsSync(new URL('../../dist/ide/index.html', import.meta.url))) {
      expect(`${response.status} ${page}`).toMatch(/^503 The IDE is not built/);
      return;
    }
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    for (const [, address = ''] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(address).toMatch(/^(\/graphql\/assets\/|data:)/);
      if (address.startsWith('/')) expect((await (await fetch(`${plane.url}${address}`)).text()).length).toBeGreaterThan(1000);
    }
  });
});

it('/health says that the process lives, and that it is ready', async () => {
  expect((await fetch(`${plane.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${plane.url}/health/ready`)).status).toBe(200);
});
