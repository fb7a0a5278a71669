import { LOWEST_PRIORITY } from '../run-request.ts';

/** Queues have this many levels; a lower number goes first. */
export const PRIORITY_LEVELS = 16;

/** Of a request that names none. */
export const DEFAULT_LEVEL = 8;

/** The level, 1 to `PRIORITY_LEVELS`, of a priority as it came: 0 or nothing is the default. The last level is for `LOWEST_PRIORITY` alone. */
export function priorityLevel(priority: number | undefined): number {
  if (priority === undefined || !(priority >= 1)) return DEFAULT_LEVEL;
  return priority === LOWEST_PRIORITY ? PRIORITY_LEVELS : Math.min(Math.trunc(priority), PRIORITY_LEVELS - 1);
}
