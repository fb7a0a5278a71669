import { Job, Member, Token } from '@millrace/db';
import { randomBytes } from 'node:crypto';
import { build, uniqueName, type Overrides, type TestWorkspace } from './workspace.ts';

/** A job row as it stands, without a delivery: `enqueueJob` is what makes one that runs. */
export function buildJob(workspace: TestWorkspace, overrides: Overrides<Job> = {}): Promise<Job> {
  return build(workspace, Job, { queue: 'etl', name: 'run-pipeline', payload: { pipelineRunId: 'prun_unknown' }, ...overrides });
}

/** A token whose secret nobody knows, unless `hash` is given. */
export function buildToken(workspace: TestWorkspace, overrides: Overrides<Token> = {}): Promise<Token> {
  return build(workspace, Token, { kind: 'SERVICE', name: uniqueName('token'), hash: randomBytes(32), scopes: ['admin'], ...overrides });
}

export function buildMember(workspace: TestWorkspace, overrides: Overrides<Member> = {}): Promise<Member> {
  return build(workspace, Member, { email: `${uniqueName('somebody')}@example.net`, name: 'Somebody', roles: ['VIEWER'], ...overrides });
}
