import { JOB_CATALOG, type JobName, type MillraceError } from '@millrace/contracts';

/** Seconds until the next attempt: the backoff of the catalog, doubled with each attempt. `undefined` when there is none. */
export function retryDelaySeconds(name: JobName, attempt: number, error: Pick<MillraceError, 'retryable'>): number | undefined {
  const { attempts, backoffSeconds } = JOB_CATALOG[name];
  return error.retryable && attempt < attempts ? backoffSeconds * 2 ** (attempt - 1) : undefined;
}
