export { MemberResolver } from './member.resolver.ts';
export { MemberService } from './member.service.ts';
export { CreateMemberInput } from './member.inputs.ts';
export { WorkspaceResolver } from './workspace.resolver.ts';
export { WorkspaceService } from './workspace.service.ts';
export { CreateWorkspaceInput } from './workspace.inputs.ts';
