import type { ErrorCode, ErrorFields } from '@millrace/contracts';
import type { JobFieldsFragment, GetJobLogQuery, TokenFieldsFragment, GetViewerQuery } from '../generated/operations.ts';
import type { Refine } from './refine.ts';

/** A job: status, `progress` from 0 to 1, a note on what it does now, and its error once it failed. */
export type Job = Refine<
  JobFieldsFragment,
  { error: { readonly code: ErrorCode; readonly message: string; readonly retryable: boolean; readonly fields: ErrorFields } | null }
>;
/** One line of the log of a job. */
export type JobLogLine = Refine<GetJobLogQuery['job']['log']['nodes'][number], { fields: Readonly<Record<string, unknown>> }>;
/** A token without its secret. */
export type Token = TokenFieldsFragment;
/** Whom the token of this client belongs to. */
export type Viewer = GetViewerQuery['viewer'];
