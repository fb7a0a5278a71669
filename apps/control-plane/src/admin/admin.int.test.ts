// Type-graphql keeps what decorators say with it.
import 'reflect-metadata';
import { AuditEvent, createDataSource, Token } from '@millrace/db';
import { createEmptyDatabase } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '../authorisation/token-secret.ts';
import { runAdmin } from './admin-verbs.ts';

let database: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

it('an empty database gets its schema and a first token in one command, audited', async () => {
  const dataSource = await createDataSource({ url: database.url, poolSize: 2 }).initialize();
  const first = (await runAdmin(dataSource, ['create-token', '--name', 'first'])) as { secret: string; token: { id: string }; migrations: string[] };
  const { secret, token, migrations } = first;
  expect(migrations.length).toBeGreaterThan(5);
  expect(JSON.stringify(first)).not.toContain('hash');
  expect(await dataSource.manager.findOneByOrFail(Token, { id: token.id })).toMatchObject({ hash: hashOf(secret), scopes: ['admin'], revokedAt: null });
  const [event] = await dataSource.manager.findBy(AuditEvent, { action: 'createToken' });
  expect(event).toMatchObject({ subjectId: token.id });
  expect(JSON.stringify(event)).not.toContain(secret);

  expect(await runAdmin(dataSource, ['migrate'])).toEqual({ migrations: [] });
  expect(await runAdmin(dataSource, ['create-workspace', '--name', 'team-a'])).toMatchObject({
    workspace: { name: 'team-a' },
    secret: expect.stringMatching(/^mlr_/),
  });
  const member = ['create-member', '--workspace', 'team-a', '--email', 'Ada@example.net', '--name', 'Ada', '--roles', 'MLOPS'];
  expect(await runAdmin(dataSource, member)).toMatchObject({ email: 'ada@example.net', roles: ['MLOPS'] });
  const laptop = ['create-token', '--workspace', 'team-a', '--member', 'ada@example.net', '--name', 'laptop', '--scopes'];
  expect(await runAdmin(dataSource, [...laptop, 'read,ops:write'])).toMatchObject({ token: { kind: 'MEMBER', scopes: ['read', 'ops:write'] } });
  for (const [args, code] of [
    [[...laptop, 'admin'], 'BAD_INPUT'],
    [['create-token', '--workspace', 'nowhere'], 'NOT_FOUND'],
    [['create-token', '--expires-at', 'soon'], 'BAD_INPUT'],
    [['create-workspace', '--name', 'team-a'], 'CONFLICT'],
    [['drop-everything'], 'BAD_INPUT'],
  ] as const)
    await expect(runAdmin(dataSource, args)).rejects.toMatchObject({ code });
  await dataSource.destroy();
});
