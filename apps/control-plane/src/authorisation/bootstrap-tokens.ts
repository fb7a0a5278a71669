import { newId, type TokenKind } from '@millrace/contracts';
import { bumpGenerationsOfWorkspace, insertRow, Token, Workspace } from '@millrace/db';
import type { DataSource, EntityManager } from 'typeorm';
import { mayPredict, type Scope } from './scopes.ts';
import { hashOf } from './token-secret.ts';

/** The workspace that is there from the start. */
const FIRST_WORKSPACE = 'default';

interface BootstrapToken {
  readonly secret: string | undefined;
  readonly name: string;
  readonly kind: TokenKind;
  readonly scopes: Scope[];
}

/** Makes the first workspace and the tokens whose secrets the environment gave. Several replicas that start together make them once. */
export async function storeBootstrapTokens(
  dataSource: DataSource,
  secrets: { readonly admin: string | undefined; readonly node: string | undefined },
): Promise<void> {
  const tokens: BootstrapToken[] = [
    { secret: secrets.admin, name: 'bootstrap', kind: 'SERVICE', scopes: ['admin'] },
    { secret: secrets.node, name: 'bootstrap node', kind: 'NODE', scopes: ['node'] },
  ];
  await dataSource.transaction(async (manager) => {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('millrace bootstrap', 0))`);
    const workspaceId = await firstWorkspace(manager);
    for (const token of tokens) await storeToken(manager, workspaceId, token);
  });
}

async function firstWorkspace(manager: EntityManager): Promise<string> {
  const known = await manager.findOneBy(Workspace, { name: FIRST_WORKSPACE });
  if (known !== null) return known.id;
  const id = newId('workspace');
  await manager.insert(Workspace, { id, name: FIRST_WORKSPACE });
  return id;
}

async function storeToken(manager: EntityManager, workspaceId: string, { secret, name, kind, scopes }: BootstrapToken): Promise<void> {
  if (secret === undefined) return;
  const hash = hashOf(secret);
  if (await manager.existsBy(Token, { hash })) return;
  await insertRow(manager, Token, { workspaceId, kind, name, scopes, hash });
  if (mayPredict(scopes)) await bumpGenerationsOfWorkspace(manager, workspaceId);
}
