import { Environment, Token } from '@millrace/db';
import { buildEndpoint, buildEnvironment, buildNode } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestControlPlane, withSecret, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let admin: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  admin = await plane.workspace(['admin']);
});
afterAll(() => plane.close());

const CREATE = 'mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret token { id name kind scopes expiresAt lastUsedAt } } }';
const beat = (nodeId: string): object => ({ input: { nodeId, servedGeneration: 0, versionStates: [], stats: {} } });
const REVOKE = 'mutation ($id: ID!) { revokeToken(id: $id) { id revokedAt } }';
interface Created {
  createToken: { secret: string; token: { id: string } };
}

it('a token works from the moment it is made to the moment it is revoked, and only its hash is kept', async () => {
  const {
    createToken: { secret, token },
  } = await admin.send<Created>(CREATE, { input: { name: 'ci', kind: 'SERVICE', scopes: ['read'] } });
  expect(secret).toMatch(/^mlr_[A-Za-z0-9_-]{43}$/);
  const ci = withSecret(plane.url, admin.workspace, secret);
  expect(await ci.send('{ viewer { tokenId scopes kind } }')).toEqual({ viewer: { tokenId: token.id, scopes: ['read'], kind: 'SERVICE' } });
  const row = await plane.dataSource.manager.findOneByOrFail(Token, { id: token.id });
  expect(JSON.stringify(row)).not.toContain(secret);
  await expect.poll(async () => (await plane.dataSource.manager.findOneByOrFail(Token, { id: token.id })).lastUsedAt).toBeInstanceOf(Date);
  const first = await admin.send<{ revokeToken: { revokedAt: string } }>(REVOKE, { id: token.id });
  expect(await admin.send(REVOKE, { id: token.id })).toEqual(first);
  expect(await ci.refusal('{ viewer { kind } }')).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining('revoked') });
});

it.each([
  [{ name: 'x', kind: 'SERVICE', scopes: ['everything'] }, 'input.scopes.0'],
  [{ name: 'x', kind: 'SERVICE', scopes: [] }, 'input.scopes'],
  [{ name: ' ', kind: 'SERVICE', scopes: ['read'] }, 'input.name'],
  [{ name: 'x', kind: 'ROBOT', scopes: ['read'] }, 'input.kind'],
  [{ name: 'x', kind: 'SERVICE', scopes: ['read'], expiresAt: '2001-01-01T00:00:00Z' }, 'input.expiresAt'],
  [{ name: 'x', kind: 'SERVICE', scopes: ['read'], endpoints: ['late-flights'] }, 'input.endpoints'],
  [{ name: 'x', kind: 'SERVICE', scopes: ['predict', 'admin'], endpoints: ['late-flights'] }, 'input.endpoints'],
  [{ name: 'x', kind: 'SERVICE', scopes: ['predict'], endpoints: [] }, 'input.endpoints'],
  [{ name: 'x', kind: 'SERVICE', scopes: ['node'], nodeId: 'node_1' }, 'input.nodeId'],
])('%o is refused at %s', async (input, path) => {
  expect(await admin.refusal(CREATE, { input })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
});

it('a token for some endpoints finds the nodes of those, and of no other', async () => {
  const { environmentId, name } = await buildEndpoint(admin.workspace);
  const other = await buildEndpoint(admin.workspace, { environmentId });
  const { url } = await buildNode(admin.workspace, { environmentId });
  const input = { name: 'caller', kind: 'SERVICE', scopes: ['predict'], endpoints: [name] };
  const { createToken } = await admin.send<Created>(CREATE.replace('lastUsedAt', 'lastUsedAt endpoints'), { input });
  expect(createToken.token).toMatchObject({ endpoints: [name], scopes: ['predict'] });
  const caller = withSecret(plane.url, admin.workspace, createToken.secret);
  const URLS = 'query ($name: String!) { endpointUrls(name: $name) }';
  expect(await caller.send(URLS, { name })).toEqual({ endpointUrls: [`${url}/v2/models/${name}`] });
  expect(await caller.refusal(URLS, { name: other.name })).toMatchObject({ code: 'FORBIDDEN', fields: { endpoint: other.name } });
  expect(await caller.refusal('query ($name: String!) { endpoint(name: $name) { id } }', { name })).toMatchObject({ code: 'FORBIDDEN' });
});

it('an endpoint that nobody knows, and one of another workspace, cannot be given to a token', async () => {
  const theirs = await buildEndpoint((await plane.workspace()).workspace);
  for (const name of ['unknown', theirs.name]) {
    expect(await admin.refusal(CREATE, { input: { name: 'x', kind: 'SERVICE', scopes: ['predict'], endpoints: [name] } })).toMatchObject({ code: 'NOT_FOUND' });
  }
});

it('nodes are told of each token that may predict, when it is made and when it is revoked, and of no other', async () => {
  const { id } = await buildEnvironment(admin.workspace);
  const generation = async (): Promise<number> => (await plane.dataSource.manager.findOneByOrFail(Environment, { id })).generation;
  await admin.send(CREATE, { input: { name: 'reader', kind: 'SERVICE', scopes: ['read', 'ops:write'] } });
  expect(await generation()).toBe(0);
  const { createToken } = await admin.send<Created>(CREATE, { input: { name: 'caller', kind: 'SERVICE', scopes: ['predict'] } });
  expect(await generation()).toBe(1);
  await admin.send(REVOKE, { id: createToken.token.id });
  await admin.send(REVOKE, { id: createToken.token.id });
  expect(await generation()).toBe(2);
});

it('a token of a node speaks for that node', async () => {
  const [mine, other] = [await buildNode(admin.workspace), await buildNode(admin.workspace)];
  const { createToken } = await admin.send<Created>(CREATE, { input: { name: 'edge', kind: 'NODE', scopes: ['node'], nodeId: mine.id } });
  const node = withSecret(plane.url, admin.workspace, createToken.secret);
  const HEARTBEAT = 'mutation ($input: HeartbeatInput!) { heartbeat(input: $input) { assignment } }';
  await node.send(HEARTBEAT, beat(mine.id));
  expect(await node.refusal(HEARTBEAT, beat(other.id))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await admin.refusal(CREATE, { input: { name: 'x', kind: 'NODE', scopes: ['node'], nodeId: 'node_1' } })).toMatchObject({ code: 'NOT_FOUND' });
});

it('columns that no type lists cannot be asked for', async () => {
  expect(await admin.refusal('{ tokens { nodes { hash } } }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
});
