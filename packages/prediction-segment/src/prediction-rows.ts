import type { PredictionFeature } from '@millrace/contracts';
import type { ColumnValues } from './layout.ts';

/** A column of features with its values, `width` for each row. */
export interface FeatureColumn extends PredictionFeature {
  readonly values: ColumnValues;
}

/** Rows of one model version by columns. The arrays may be longer than what is used of them. */
export interface PredictionRows {
  readonly modelVersionId: string;
  readonly rows: number;
  /** Event ids; see `spans`. */
  readonly ids: readonly string[];
  /** For each id: 0 when it is the id of one row, else how many rows have `<id>/<row>`, counted from 0. */
  readonly spans: Int32Array;
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  /** Not finite where there is none. */
  readonly scores: Float64Array;
  readonly features: readonly FeatureColumn[];
}

/** The event id of each row. */
export function eventIdsOf({ ids, spans }: Pick<PredictionRows, 'ids' | 'spans'>): string[] {
  const expanded: string[] = [];
  for (const [index, id] of ids.entries()) {
    const span = spans[index] ?? 0;
    if (span === 0) expanded.push(id);
    for (let row = 0; row < span; row++) expanded.push(`${id}/${row}`);
  }
  return expanded;
}
