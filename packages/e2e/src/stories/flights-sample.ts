import { DuckDBInstance } from '@duckdb/node-api';
import { vegaFlightsFile } from '@millrace/example-flight-delays';

/** Writes every `every`th of the three million flights, and answers with how many there are. */
export async function writeFlightsSample(path: string, every: number): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const source = `read_parquet('${vegaFlightsFile().replaceAll("'", "''")}', file_row_number = true)`;
    const columns = 'date, delay, distance, origin, destination';
    await connection.run(
      `COPY (SELECT ${columns} FROM ${source} WHERE file_row_number % ${every} = 0 ORDER BY date) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`,
    );
    const reader = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM read_parquet('${path.replaceAll("'", "''")}')`);
    return Number(reader.getRows()[0]?.[0]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
