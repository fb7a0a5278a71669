import type { MemberOf } from './closed-set.ts';

/** Delta primitive types that columns may have. */
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
