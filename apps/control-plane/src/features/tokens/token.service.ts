import { MillraceError } from '@millrace/contracts';
import { bumpGenerationsOfWorkspace, Endpoint, insertRow, Member, Node, Token, Workspace } from '@millrace/db';
import { scopesOfRoles } from '../../authorisation/role-scopes.ts';
import { mayPredict, type Scope } from '../../authorisation/scopes.ts';
import { hashOf, newSecret } from '../../authorisation/token-secret.ts';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { findRow, lockRow, readPage } from '../../loading/scoped-rows.ts';
import type { CreateTokenInput } from './token.inputs.ts';
import type { CreatedTokenType, ViewerType } from './token.type.ts';

/** Tokens of a workspace: made, listed, revoked. */
export class TokenService {
  async viewer({ manager, caller, workspaceId }: Work): Promise<ViewerType> {
    const workspace = await manager.findOneByOrFail(Workspace, { id: workspaceId });
    return { workspaceId, workspace: workspace.name, tokenId: caller.tokenId, kind: caller.kind, scopes: [...caller.scopes] };
  }

  list(work: Work, request: PageRequest): Promise<Page<Token>> {
    return readPage(work, Token, request);
  }

  /** Nodes learn with their next heartbeat of a token that may predict. */
  async create(work: Work, input: CreateTokenInput): Promise<CreatedTokenType> {
    const { manager, workspaceId } = work;
    if (input.expiresAt !== undefined && input.expiresAt <= new Date()) {
      throw new MillraceError('BAD_INPUT', `input.expiresAt: ${input.expiresAt.toISOString()} has passed already. Choose a later time.`, {
        fields: { path: 'input.expiresAt' },
      });
    }
    const { name, kind, scopes, nodeId, memberId, expiresAt } = input;
    if (nodeId !== undefined) await findRow(work, Node, 'node', { id: nodeId });
    if (memberId !== undefined) await requireRoles(work, memberId, scopes);
    const endpointIds = await this.#endpointIds(work, input.endpoints);
    const secret = newSecret();
    const token = await insertRow(manager, Token, { workspaceId, name, kind, scopes, nodeId, memberId, expiresAt, endpointIds, hash: hashOf(secret) });
    if (mayPredict(scopes)) await bumpGenerationsOfWorkspace(manager, workspaceId);
    return { token, secret };
  }

  /** Revoking twice keeps the first time. Nodes refuse it from their next heartbeat on. */
  async revoke(work: Work, id: string): Promise<Token> {
    const token = await lockRow(work, Token, 'token', { id });
    if (token.revokedAt !== null) return token;
    token.revokedAt = new Date();
    await work.manager.save(token);
    if (mayPredict(token.scopes)) await bumpGenerationsOfWorkspace(work.manager, work.workspaceId);
    return token;
  }

  /** The next registration binds it again, under any name that no other token holds. Until then it speaks for no node. */
  async unbind(work: Work, id: string): Promise<Token> {
    const token = await lockRow(work, Token, 'token', { id });
    return work.manager.save(Object.assign(token, { nodeId: null }));
  }

  async #endpointIds(work: Work, names: readonly string[] | undefined): Promise<string[] | null> {
    if (names === undefined) return null;
    const ids: string[] = [];
    for (const name of new Set(names)) ids.push((await findRow(work, Endpoint, 'endpoint', { name })).id);
    return ids;
  }
}

/** Held until the token is there, so that roles that change at the same time are those that it gets. */
async function requireRoles(work: Work, memberId: string, scopes: readonly Scope[]): Promise<void> {
  const { email, roles } = await lockRow(work, Member, 'member', { id: memberId });
  const allowed = scopesOfRoles(roles);
  const refused = scopes.filter((scope) => !allowed.includes(scope));
  if (refused.length === 0) return;
  throw new MillraceError(
    'BAD_INPUT',
    `input.scopes: ${email} is ${roles.join(' and ')}, which does not allow ${refused.join(', ')}, only ${allowed.join(', ')}.`,
    {
      fields: { path: 'input.scopes', refused, allowed },
    },
  );
}
