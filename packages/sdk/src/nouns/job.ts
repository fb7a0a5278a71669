import type { ErrorCode, ErrorFields } from '@millrace/contracts';
import type { JobFieldsFragment, GetJobLogQuery, TokenFieldsFragment, GetViewerQuery } from '../generated/operations.ts';
import type { Refine } from './refine.ts';

/**
 * A job: status, `progress` from 0 to 1, a note on what it does now, and its error once it failed.
 *
 * @example
 * ```ts
 * import type { Job } from '@millrace/sdk';
 * const line = ({ name, status, progress }: Job): string => `${name} ${status} ${Math.round(progress * 100)} %`;
 * ```
 */
export type Job = Refine<
  JobFieldsFragment,
  { error: { readonly code: ErrorCode; readonly message: string; readonly retryable: boolean; readonly fields: ErrorFields } | null }
>;
/**
 * One line of the log of a job.
 *
 * @example
 * ```ts
 * import type { JobLogLine } from '@millrace/sdk';
 * const text = ({ at, level, message }: JobLogLine): string => `${at} ${level} ${message}`;
 * ```
 */
export type JobLogLine = Refine<GetJobLogQuery['job']['log']['nodes'][number], { fields: Readonly<Record<string, unknown>> }>;
/**
 * A token without its secret.
 *
 * @example
 * ```ts
 * import type { Token } from '@millrace/sdk';
 * const isUsable = ({ revokedAt, expiresAt }: Token): boolean => revokedAt === null && (expiresAt === null || new Date(expiresAt) > new Date());
 * ```
 */
export type Token = TokenFieldsFragment;
/**
 * Whom the token of this client belongs to.
 *
 * @example
 * ```ts
 * import type { Millrace, Viewer } from '@millrace/sdk';
 * const whoAmI = (millrace: Millrace): Promise<Viewer> => millrace.tokens.viewer();
 * ```
 */
export type Viewer = GetViewerQuery['viewer'];
