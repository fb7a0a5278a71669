import { MillraceError } from '@millrace/contracts';
import { insertRow, Token, Workspace } from '@millrace/db';
import { hashOf, newSecret } from '../../authorisation/token-secret.ts';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { lockRow, readPage } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
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

  async create({ manager, workspaceId }: Work, input: CreateTokenInput): Promise<CreatedTokenType> {
    if (input.expiresAt !== undefined && input.expiresAt <= new Date()) {
      throw new MillraceError('BAD_INPUT', `input.expiresAt: ${input.expiresAt.toISOString()} has passed already. Choose a later time.`, {
        fields: { path: 'input.expiresAt' },
      });
    }
    const secret = newSecret();
    const token = await insertRow(manager, Token, { workspaceId, ...valuesOf(input), expiresAt: input.expiresAt ?? null, hash: hashOf(secret) });
    return { token, secret };
  }

  /** Revoking twice keeps the first time. */
  async revoke(work: Work, id: string): Promise<Token> {
    const token = await lockRow(work, Token, 'token', { id });
    if (token.revokedAt !== null) return token;
    token.revokedAt = new Date();
    return work.manager.save(token);
  }
}
