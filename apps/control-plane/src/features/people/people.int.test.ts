import { AuditEvent, Token, Workspace } from '@millrace/db';
import { buildMember } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, startTestControlPlane, withSecret, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let admin: TestClient;
/** Of the workspace that is there from the start. */
let operator: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
  admin = await plane.workspace(['admin']);
  const { id } = await plane.dataSource.manager.findOneByOrFail(Workspace, { name: 'default' });
  operator = await clientOf(plane.url, { id, dataSource: plane.dataSource }, ['admin']);
});
afterAll(() => plane.close());

const WORKSPACE = 'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { secret workspace { id name } } }';
const MEMBER = 'mutation ($input: CreateMemberInput!) { createMember(input: $input) { id email name roles } }';
const ROLES = 'mutation ($input: SetMemberRolesInput!) { setMemberRoles(input: $input) { id roles } }';
const TOKEN = 'mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret token { id memberId scopes } } }';
interface CreatedToken {
  createToken: { secret: string; token: { id: string } };
}

describe('a workspace', () => {
  it('is made by an administrator of the first one, with a token of its own administrators, and is audited', async () => {
    const { createWorkspace } = await operator.send<{ createWorkspace: { secret: string; workspace: { id: string } } }>(WORKSPACE, {
      input: { name: ' Te\u0301am ' },
    });
    expect(createWorkspace.workspace).toMatchObject({ id: expect.stringMatching(/^ws_/), name: 'T\u00E9am' });
    const first = withSecret(plane.url, { id: createWorkspace.workspace.id, dataSource: plane.dataSource }, createWorkspace.secret);
    expect(await first.send('{ viewer { workspace scopes } useCases { nodes { id } } }')).toEqual({
      viewer: { workspace: 'T\u00E9am', scopes: ['admin'] },
      useCases: { nodes: [] },
    });
    expect(await operator.refusal(WORKSPACE, { input: { name: 'T\u00E9am' } })).toMatchObject({ code: 'CONFLICT', fields: { path: 'input.name' } });
    const events = await plane.dataSource.manager.findBy(AuditEvent, { workspaceId: operator.workspace.id, action: 'createWorkspace' });
    expect(events).toMatchObject([{ subjectId: createWorkspace.workspace.id }]);
    expect(JSON.stringify(events)).not.toContain(createWorkspace.secret);
  });

  it('is not made by an administrator of another', async () => {
    expect(await admin.refusal(WORKSPACE, { input: { name: 'mine' } })).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('does not show its secret a second time', async () => {
    const key = { 'idempotency-key': 'a-workspace' };
    await operator.send(WORKSPACE, { input: { name: 'once' } }, key);
    expect(await operator.refusal(WORKSPACE, { input: { name: 'once' } }, key)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('only once'),
    });
  });
});

describe('a member', () => {
  it('is made, listed, and found by nobody of another workspace', async () => {
    const input = { email: ' Ada@Example.net', name: 'Ada', roles: ['MLOPS', 'PRODUCT', 'MLOPS'] };
    const { createMember } = await admin.send<{ createMember: { id: string } }>(MEMBER, { input });
    expect(createMember).toMatchObject({ email: 'ada@example.net', roles: ['PRODUCT', 'MLOPS'] });
    expect(await admin.send('{ members { nodes { id email } } }')).toEqual({ members: { nodes: [{ id: createMember.id, email: 'ada@example.net' }] } });
    expect(await admin.refusal(MEMBER, { input: { ...input, email: 'ADA@example.net' } })).toMatchObject({ code: 'CONFLICT' });
    expect(await operator.refusal(ROLES, { input: { id: createMember.id, roles: ['VIEWER'] } })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    [{ email: 'ada', name: 'Ada', roles: ['VIEWER'] }, 'input.email'],
    [{ email: 'a@example.net', name: 'A\u200B', roles: ['VIEWER'] }, 'input.name'],
    [{ email: 'a@example.net', name: 'Ada', roles: [] }, 'input.roles'],
  ])('%o is refused at %s', async (input, path) => {
    expect(await admin.refusal(MEMBER, { input })).toMatchObject({ code: 'BAD_INPUT', fields: { path } });
  });

  it('has tokens that may do what the roles allow, and lose what they do not allow any more', async () => {
    const { id: memberId } = await buildMember(admin.workspace, { roles: ['MLOPS'] });
    const token = (scopes: string[]): object => ({ input: { name: 'laptop', kind: 'MEMBER', memberId, scopes } });
    expect(await admin.refusal(TOKEN, token(['read', 'admin']))).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.scopes', refused: ['admin'] } });
    const { createToken } = await admin.send<CreatedToken>(TOKEN, token(['read', 'ops:write']));
    const other = await admin.send<CreatedToken>(TOKEN, token(['ops:write']));
    expect(createToken.token).toMatchObject({ memberId });
    await admin.send(ROLES, { input: { id: memberId, roles: ['VIEWER'] } });
    const ada = withSecret(plane.url, admin.workspace, createToken.secret);
    expect(await ada.send('{ viewer { scopes kind } }')).toEqual({ viewer: { scopes: ['read'], kind: 'MEMBER' } });
    expect(await plane.dataSource.manager.findOneByOrFail(Token, { id: other.createToken.token.id })).toMatchObject({ revokedAt: expect.any(Date) });
  });

  it('is named by every token of kind MEMBER, and by no other', async () => {
    const { id: memberId } = await buildMember(admin.workspace);
    const base = { name: 'x', scopes: ['read'] };
    for (const input of [
      { ...base, kind: 'MEMBER' },
      { ...base, kind: 'SERVICE', memberId },
    ])
      expect(await admin.refusal(TOKEN, { input })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.memberId' } });
    const { id: stranger } = await buildMember(operator.workspace);
    expect(await admin.refusal(TOKEN, { input: { ...base, kind: 'MEMBER', memberId: stranger } })).toMatchObject({ code: 'NOT_FOUND' });
  });
});
