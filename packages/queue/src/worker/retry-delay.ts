import { JOB_CATALOG, type JobName, type MillraceError } from '@millrace/contracts';

/** A parked job is tried again after a minute, and at least once in a quarter of an hour. */
const PARKED_SECONDS = 60;
const LONGEST_SECONDS = 900;

/**
 * Seconds until the next try of a job: the backoff of the catalog, doubled with each try, and the slow one for a job that is parked.
 * `undefined` when there is none. `tries` counts from 1, anew when a job is run again by hand.
 */
export function retryDelaySeconds(name: JobName, tries: number, error: Pick<MillraceError, 'retryable'>): number | undefined {
  const { attempts, backoffSeconds, parks = false } = JOB_CATALOG[name];
  if (error.retryable && tries < attempts) return backoffSeconds * 2 ** (tries - 1);
  return parks ? Math.min(LONGEST_SECONDS, PARKED_SECONDS * 2 ** Math.min(10, Math.max(0, tries - attempts))) : undefined;
}
