import { categoriesOf, MISSING_KEY } from './category-encoding.ts';
import { exactNumbersOf, numbersOf, type Feature } from './features.ts';
import type { Table } from './table/table.ts';

/** A raw column as the model's input takes it: one element per row. */
export interface FeatureTensor {
  readonly name: string;
  readonly datatype: Feature['datatype'];
  readonly data: Float32Array | Float64Array | string[];
}

/** The columns of `features` as input tensors. Missing numbers are NaN, missing strings are empty. */
export function featureTensors(table: Table, features: readonly Feature[]): FeatureTensor[] {
  return features.map((feature) => ({ name: feature.column.name, datatype: feature.datatype, data: tensorData(table, feature) }));
}

function tensorData(table: Table, feature: Feature): FeatureTensor['data'] {
  switch (feature.datatype) {
    case 'FP32':
      return numbersOf(table, feature);
    case 'FP64':
      return exactNumbersOf(table, feature);
    case 'BYTES': {
      const { codes, dictionary } = categoriesOf(table, feature);
      return Array.from(codes, (code) => dictionary[code] ?? MISSING_KEY);
    }
  }
}
