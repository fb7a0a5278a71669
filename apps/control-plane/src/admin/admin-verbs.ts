import { parseArgs } from 'node:util';
import { MillraceError } from '@millrace/contracts';
import { insertRow, Member, migrate, Token, Workspace, type DataSource, type EntityManager } from '@millrace/db';
import { CreateMemberInput, CreateWorkspaceInput, MemberService, WorkspaceService } from '#features/people';
import { CreateTokenInput, TokenService } from '#features/tokens';
import { FIRST_WORKSPACE, firstWorkspace } from '../authorisation/first-workspace.ts';
import { POLICY } from '../authorisation/policy.ts';
import { hashOf, newSecret } from '../authorisation/token-secret.ts';
import { runMutation } from '../commands/run-mutation.ts';
import type { Caller } from '../context/caller.ts';
import type { Work } from '../context/work.ts';
import { checkArgument } from '../validation/checked.ts';

/** Does one thing by hand and says what became of it. */
type Verb = (dataSource: DataSource, args: readonly string[]) => Promise<object>;

const TEXT = { type: 'string' } as const;
const WORKSPACE = { type: 'string', default: FIRST_WORKSPACE } as const;

/**
 * What an administrator does at the machine, where there may be no token yet: the same service methods as the API, with the same checks,
 * in one transaction with their audit event.
 */
export const ADMIN_VERBS: Readonly<Record<string, { readonly run: Verb; readonly usage: string }>> = {
  migrate: {
    usage: 'migrate',
    run: async (_dataSource, args) => {
      parseArgs({ args: [...args] });
      return {};
    },
  },
  'create-workspace': {
    usage: 'create-workspace --name team-a',
    run: (dataSource, args) => {
      const { name } = parseArgs({ args: [...args], options: { name: TEXT } }).values;
      const input = checked(CreateWorkspaceInput, { name });
      return perform(dataSource, FIRST_WORKSPACE, 'createWorkspace', input, (work) => new WorkspaceService().create(work, input));
    },
  },
  'create-member': {
    usage: 'create-member [--workspace default] --email ada@example.net --name Ada --roles MLOPS,PRODUCT',
    run: (dataSource, args) => {
      const { workspace, email, name, roles } = parseArgs({ args: [...args], options: { workspace: WORKSPACE, email: TEXT, name: TEXT, roles: TEXT } }).values;
      const input = checked(CreateMemberInput, { email, name, roles: listOf(roles) });
      return perform(dataSource, workspace, 'createMember', input, (work) => new MemberService().create(work, input));
    },
  },
  'create-token': {
    usage:
      'create-token [--workspace default] [--name "first token"] [--scopes admin] [--kind SERVICE|NODE] [--member ada@example.net] [--expires-at 2027-01-01T00:00:00Z]',
    run: async (dataSource, args) => {
      const options = { workspace: WORKSPACE, name: TEXT, scopes: TEXT, kind: TEXT, member: TEXT, 'expires-at': TEXT } as const;
      const { workspace, name, scopes, kind, member, 'expires-at': expiresAt } = parseArgs({ args: [...args], options }).values;
      const input = checked(CreateTokenInput, {
        name: name ?? 'first token',
        scopes: listOf(scopes ?? 'admin'),
        kind: kind ?? (member === undefined ? 'SERVICE' : 'MEMBER'),
        memberId: member === undefined ? undefined : await memberNamed(dataSource.manager, workspace, member),
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
      });
      return perform(dataSource, workspace, 'createToken', input, (work) => new TokenService().create(work, input));
    },
  },
};

/** @returns what is to be told, as JSON */
export async function runAdmin(dataSource: DataSource, [verb = '', ...args]: readonly string[]): Promise<object> {
  const known = ADMIN_VERBS[verb];
  if (known === undefined) {
    throw new MillraceError(
      'BAD_INPUT',
      `There is no command "${verb}". There are:\n${Object.values(ADMIN_VERBS)
        .map(({ usage }) => `  ${usage}`)
        .join('\n')}`,
    );
  }
  const migrations = await migrate(dataSource);
  await dataSource.transaction((manager) => firstWorkspace(manager));
  return { ...(migrations.length > 0 || verb === 'migrate' ? { migrations } : {}), ...(await known.run(dataSource, args)) };
}

async function perform(dataSource: DataSource, workspace: string, action: string, input: object, execute: (work: Work) => Promise<object>): Promise<object> {
  const policy = POLICY.Mutation[action];
  if (policy === undefined) throw new Error(`There is no mutation ${action}.`);
  const caller = await dataSource.transaction(async (manager) => localAdministrator(manager, await workspaceNamed(manager, workspace)));
  const done = await runMutation(dataSource.manager, { caller, action, policy, args: { input }, idempotent: undefined, execute });
  return shown(done as object);
}

/** Audit events name a token: this one stands for whoever sits at the machine. Nobody knows its secret, and it is revoked. */
async function localAdministrator(manager: EntityManager, workspaceId: string): Promise<Caller> {
  const values = { workspaceId, name: 'local administrator', kind: 'SERVICE' as const };
  const token =
    (await manager.findOneBy(Token, values)) ?? (await insertRow(manager, Token, { ...values, hash: hashOf(newSecret()), scopes: [], revokedAt: new Date() }));
  return { tokenId: token.id, workspaceId, kind: token.kind, scopes: ['admin'], nodeId: null, endpointIds: null };
}

async function workspaceNamed(manager: EntityManager, name: string): Promise<string> {
  const workspace = await manager.findOne(Workspace, { where: [{ name }, { id: name }] });
  if (workspace === null)
    throw new MillraceError('NOT_FOUND', `There is no workspace "${name}". Make it with create-workspace.`, { fields: { workspace: name } });
  return workspace.id;
}

async function memberNamed(manager: EntityManager, workspace: string, email: string): Promise<string> {
  const member = await manager.findOneBy(Member, { workspaceId: await workspaceNamed(manager, workspace), email: email.toLowerCase() });
  if (member === null)
    throw new MillraceError('NOT_FOUND', `There is no member ${email} in "${workspace}". Make one with create-member.`, { fields: { email } });
  return member.id;
}

function checked<Input extends object>(inputType: new () => Input, values: object): Input {
  const input = Object.assign(new inputType(), values);
  checkArgument(input, inputType);
  return input;
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** Without what is nobody's business. */
function shown(done: object): object {
  return JSON.parse(JSON.stringify(done, (key, value: unknown) => (key === 'hash' ? undefined : value))) as object;
}
