import { fileURLToPath } from 'node:url';

/** Path of the flights that the npm package `vega-datasets` carries. */
export function vegaFlightsFile(): string {
  return fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));
}
