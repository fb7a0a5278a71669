import { JOB_CATALOG } from '@millrace/contracts';

/** What the statements of the ledger ask of the catalog, as a JSON object by name: attempts, and whether the job parks after them. */
export const JOB_POLICIES = JSON.stringify(
  Object.fromEntries(Object.entries(JOB_CATALOG).map(([name, { attempts, parks = false }]) => [name, { attempts, parks }])),
);

/** SQL for the number of attempts since the job was queued or run again by hand, without those whose worker was stopped. */
export const TRIES = '(attempt - retried_after - given_back)';

/** SQL over a row of `job` that is true while the job may be begun again, the policies being the parameter. */
export const mayBeginAgain = (policies: string): string => `(cancel_requested_at IS NULL AND (${parks(policies)} OR NOT ${isSpent(policies)}))`;

/** SQL: the job has no last attempt. */
export const parks = (policies: string): string => `(${policies}::jsonb -> name ->> 'parks')::boolean`;

/** SQL: the attempts of the catalog have been made. */
export const isSpent = (policies: string): string => `${TRIES} >= (${policies}::jsonb -> name ->> 'attempts')::int`;

/** SQL: seconds until a try beyond the attempts of the catalog. They double with each, up to a quarter of an hour. */
export const delayBeyond = (policies: string, first: number): string =>
  `least(900, ${first} * 2 ^ least(10, greatest(0, ${TRIES} - (${policies}::jsonb -> name ->> 'attempts')::int)))`;
