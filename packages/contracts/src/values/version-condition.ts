import type { MemberOf } from './closed-set.ts';

/**
 * How a model version fares on a node. `LOADING`: for the first time, or anew. `LOADED`: it answers. `RESTARTING`: its session ended and
 * another is being opened. `FAILED`: it could not be loaded, or its sessions end again and again; the node tries again from time to time.
 *
 * @example
 * ```ts
 * import { VERSION_CONDITIONS, type VersionCondition } from '@millrace/contracts';
 *
 * const now: VersionCondition = 'LOADED';
 * VERSION_CONDITIONS.includes(now); // true
 * ```
 */
export const VERSION_CONDITIONS = ['LOADING', 'LOADED', 'RESTARTING', 'FAILED'] as const;
export type VersionCondition = MemberOf<typeof VERSION_CONDITIONS>;
