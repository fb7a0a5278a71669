import type { MemberOf } from './closed-set.ts';

/** Levels of a line in the log of a job. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = MemberOf<typeof LOG_LEVELS>;
