import { bumpGenerationsOfWorkspace, insertRow, Member, Token } from '@millrace/db';
import { IsNull } from 'typeorm';
import { scopesOfRoles } from '../../authorisation/role-scopes.ts';
import { mayPredict } from '../../authorisation/scopes.ts';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { lockRow, readPage, refuseTaken } from '../../loading/scoped-rows.ts';
import type { CreateMemberInput, SetMemberRolesInput } from './member.inputs.ts';

/** People in a workspace. Their tokens may do what their roles allow. */
export class MemberService {
  list(work: Work, request: PageRequest): Promise<Page<Member>> {
    return readPage(work, Member, request);
  }

  async create(work: Work, { email, name, roles }: CreateMemberInput): Promise<Member> {
    await refuseTaken(work, Member, 'member', { email });
    return insertRow(work.manager, Member, { workspaceId: work.workspaceId, email, name, roles });
  }

  /** Takes from the tokens of the member what the new roles do not allow; one with nothing left is revoked. */
  async setRoles(work: Work, { id, roles }: SetMemberRolesInput): Promise<Member> {
    const { manager, workspaceId } = work;
    const member = await lockRow(work, Member, 'member', { id });
    const allowed: readonly string[] = scopesOfRoles(roles);
    let lostPredict = false;
    for (const token of await manager.findBy(Token, { workspaceId, memberId: id, revokedAt: IsNull() })) {
      const scopes = token.scopes.filter((scope) => allowed.includes(scope));
      lostPredict ||= mayPredict(token.scopes) && !mayPredict(scopes);
      await manager.update(Token, { id: token.id }, scopes.length > 0 ? { scopes } : { revokedAt: new Date() });
    }
    if (lostPredict) await bumpGenerationsOfWorkspace(manager, workspaceId);
    return manager.save(Object.assign(member, { roles }));
  }
}
