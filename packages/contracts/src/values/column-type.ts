import type { MemberOf } from './closed-set.ts';

/**
 * Delta primitive types that columns may have.
 *
 * @example
 * ```ts
 * import { COLUMN_TYPES, type ColumnType } from '@millrace/contracts';
 *
 * const isColumnType = (text: string): text is ColumnType => COLUMN_TYPES.some((type) => type === text);
 * isColumnType('varchar'); // false
 * ```
 */
export const COLUMN_TYPES = [
  'boolean',
  'byte',
  'short',
  'integer',
  'long',
  'float',
  'double',
  'decimal',
  'string',
  'binary',
  'date',
  'timestamp',
  'array',
  'struct',
  'map',
] as const;
export type ColumnType = MemberOf<typeof COLUMN_TYPES>;
