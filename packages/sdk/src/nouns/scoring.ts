import type { Column, LogLevel } from '@millrace/contracts';
import type { RecordScoringOutputInput, ScoringRunFieldsFragment } from '../generated/operations.ts';
import type { Job } from './job.ts';
import type { Refine } from './refine.ts';

/**
 * Batch inference over a dataset version. `rows`, `rejected` and `outputDatasetVersionId` are there once its job has succeeded.
 *
 * @example
 * ```ts
 * import type { ScoringRun } from '@millrace/sdk';
 * const scored = ({ rows, rejected }: ScoringRun): number => (rows ?? 0) - (rejected ?? 0);
 * ```
 */
export type ScoringRun = Refine<ScoringRunFieldsFragment, { job: Job }>;
/**
 * What a scoring run left behind: the version of the output table, `rows` of this run, and the rows and bytes of the whole table.
 *
 * @example
 * ```ts
 * import type { ScoringOutput } from '@millrace/sdk';
 * const scored = ({ rows, rejected = 0 }: ScoringOutput): number => rows - rejected;
 * ```
 */
export type ScoringOutput = Refine<Omit<RecordScoringOutputInput, 'lease' | 'rejected'>, { rejected?: number; schema: readonly Column[] }>;
/**
 * One line for the log of a job.
 *
 * @example
 * ```ts
 * import type { LedgerLogEntry } from '@millrace/sdk';
 * const line: LedgerLogEntry = { at: new Date(), level: 'INFO', message: 'file scored', fields: { rows: 100_000 } };
 * ```
 */
export interface LedgerLogEntry {
  readonly at: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: object;
}
