import { Token } from '@millrace/db';
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
])('%o is refused at %s', async (input, path) => {
  expect(await admin.refusal(CREATE, { input })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
});

it('columns that no type lists cannot be asked for', async () => {
  expect(await admin.refusal('{ tokens { nodes { hash } } }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
});
