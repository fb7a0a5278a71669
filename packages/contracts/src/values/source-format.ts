import type { MemberOf } from './closed-set.ts';

/**
 * File formats that a data source can have.
 *
 * @example
 * ```ts
 * import { SOURCE_FORMATS, type SourceFormat } from '@millrace/contracts';
 *
 * const formatOf = (path: string): SourceFormat | undefined => SOURCE_FORMATS.find((format) => path.toUpperCase().endsWith(format));
 * formatOf('flights-3m.parquet'); // 'PARQUET'
 * ```
 */
export const SOURCE_FORMATS = ['PARQUET', 'CSV', 'NDJSON'] as const;
export type SourceFormat = MemberOf<typeof SOURCE_FORMATS>;
