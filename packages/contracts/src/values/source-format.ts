import type { MemberOf } from './closed-set.ts';

/** File formats that a data source can have. */
export const SOURCE_FORMATS = ['PARQUET', 'CSV', 'NDJSON'] as const;
export type SourceFormat = MemberOf<typeof SOURCE_FORMATS>;
