import { MillraceError, newId } from '@millrace/contracts';
import { insertRow, Token, Workspace } from '@millrace/db';
import { FIRST_WORKSPACE } from '../../authorisation/first-workspace.ts';
import { hashOf, newSecret } from '../../authorisation/token-secret.ts';
import type { Work } from '../../context/work.ts';
import type { CreateWorkspaceInput } from './workspace.inputs.ts';
import type { CreatedWorkspaceType } from './workspace.type.ts';

/** Workspaces hold everything else, and nothing of one is seen in another. */
export class WorkspaceService {
  /** With a token of its administrators, by which members and other tokens are made. Only administrators of the first workspace make others. */
  async create(work: Work, { name }: CreateWorkspaceInput): Promise<CreatedWorkspaceType> {
    const { manager, workspaceId } = work;
    const own = await manager.findOneByOrFail(Workspace, { id: workspaceId });
    if (own.name !== FIRST_WORKSPACE) {
      throw new MillraceError('FORBIDDEN', `Workspaces are made by administrators of the workspace "${FIRST_WORKSPACE}"; this token is one of "${own.name}".`);
    }
    if (await manager.existsBy(Workspace, { name })) {
      throw new MillraceError('CONFLICT', `There is a workspace named "${name}" already. Choose another name.`, { fields: { path: 'input.name', name } });
    }
    const id = newId('workspace');
    await manager.insert(Workspace, { id, name });
    const secret = newSecret();
    await insertRow(manager, Token, { workspaceId: id, kind: 'SERVICE', name: 'first administrator', scopes: ['admin'], hash: hashOf(secret) });
    return { workspace: await manager.findOneByOrFail(Workspace, { id }), secret };
  }
}
