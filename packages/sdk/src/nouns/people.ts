import type { CreateWorkspaceMutation, ListAuditEventsQuery, MemberFieldsFragment } from '../generated/operations.ts';

/**
 * A person in a workspace.
 *
 * @example
 * ```ts
 * import type { Member } from '@millrace/sdk';
 * const mayRelease = ({ roles }: Member): boolean => roles.includes('MLOPS') || roles.includes('ADMIN');
 * ```
 */
export type Member = MemberFieldsFragment;
/**
 * A workspace that was made, and the secret of its first token.
 *
 * @example
 * ```ts
 * import type { CreatedWorkspace } from '@millrace/sdk';
 * const told = ({ workspace, secret }: CreatedWorkspace): string => `${workspace.name}: ${secret}`;
 * ```
 */
export type CreatedWorkspace = CreateWorkspaceMutation['createWorkspace'];
/**
 * Who changed what, and when. What became of it is looked up by `subjectId`.
 *
 * @example
 * ```ts
 * import type { AuditEvent } from '@millrace/sdk';
 * const line = ({ occurredAt, actorTokenId, action }: AuditEvent): string => `${occurredAt} ${actorTokenId} ${action}`;
 * ```
 */
export type AuditEvent = ListAuditEventsQuery['auditEvents']['nodes'][number];
