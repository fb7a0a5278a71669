import type { TokenKind } from '@millrace/contracts';
import { bumpGenerationsOfWorkspace, insertRow, Token } from '@millrace/db';
import type { DataSource, EntityManager } from 'typeorm';
import { firstWorkspace } from './first-workspace.ts';
import { mayPredict, type Scope } from './scopes.ts';
import { hashOf } from './token-secret.ts';

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
    const workspaceId = await firstWorkspace(manager);
    for (const token of tokens) await storeToken(manager, workspaceId, token);
  });
}

async function storeToken(manager: EntityManager, workspaceId: string, { secret, name, kind, scopes }: BootstrapToken): Promise<void> {
  if (secret === undefined) return;
  const hash = hashOf(secret);
  if (await manager.existsBy(Token, { hash })) return;
  await insertRow(manager, Token, { workspaceId, kind, name, scopes, hash });
  if (mayPredict(scopes)) await bumpGenerationsOfWorkspace(manager, workspaceId);
}
