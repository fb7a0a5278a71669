import type { MemberOf } from './closed-set.ts';

/**
 * Levels of a line in the log of a job.
 *
 * @example
 * ```ts
 * import { LOG_LEVELS, type LogLevel } from '@millrace/contracts';
 *
 * const level: LogLevel = 'WARN';
 * const isShown = LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf('INFO');
 * ```
 */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = MemberOf<typeof LOG_LEVELS>;
