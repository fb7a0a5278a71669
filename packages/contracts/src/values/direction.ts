import type { MemberOf } from './closed-set.ts';

/**
 * Which way a metric should move.
 *
 * @example
 * ```ts
 * import { DIRECTIONS, type Direction } from '@millrace/contracts';
 *
 * const saved: Direction = 'DECREASE';
 * DIRECTIONS.find((direction) => direction !== saved); // 'INCREASE'
 * ```
 */
export const DIRECTIONS = ['INCREASE', 'DECREASE'] as const;
export type Direction = MemberOf<typeof DIRECTIONS>;
