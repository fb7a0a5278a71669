import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { COSTS } from './costs.ts';
import { LIVE, TRAINING } from './calendar.ts';
import { featuresSql, LATE_MINUTES } from './flight-features.ts';

/** A flight as its airline sees it: what is known at departure, and the outcome that is known after arrival. */
export interface Flight {
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly departedAt: number;
  readonly features: readonly (string | number)[];
  readonly late: 0 | 1;
}

const CLIENT_COLUMNS = 'origin, destination, distance, minute_of_day, weekday, origin_last_hour, destination_last_hour';

/** The file of flights, read as the airline's own systems would read it. */
export class FlightFile {
  readonly #connection: DuckDBConnection;
  readonly #source: string;

  private constructor(connection: DuckDBConnection, path: string) {
    this.#connection = connection;
    this.#source = `read_parquet('${path.replaceAll("'", "''")}', file_row_number = true)`;
  }

  static async open(path: string): Promise<FlightFile> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '512MB' });
    return new FlightFile(await instance.connect(), path);
  }

  /** What 1,000 flights cost when nobody is warned, measured on the outcomes of January to March. */
  async costOfWarningNobody(): Promise<{ readonly flights: number; readonly costPerThousand: number }> {
    const [row] = await this.#rows(`SELECT count(*)::DOUBLE, avg((delay >= ${LATE_MINUTES})::INTEGER) FROM ${this.#source} WHERE ${within(TRAINING)}`);
    const [flights, lateShare] = row ?? [];
    return { flights: Number(flights), costPerThousand: Math.round(Number(lateShare) * 1_000 * COSTS.missingWarning) };
  }

  /** How many flights left in the live months. */
  async liveFlights(): Promise<number> {
    const [row] = await this.#rows(`SELECT count(*)::DOUBLE FROM ${this.#source} WHERE ${within(LIVE)}`);
    return Number(row?.[0]);
  }

  /** Every `sampleEvery`th flight of the live months, or of their first week, in the order of departure, in batches. Features are computed over all flights. */
  async *departures(sampleEvery: number, rowsPerBatch: number, of: 'all' | 'first week' = 'all'): AsyncGenerator<Flight[]> {
    const end = of === 'all' ? LIVE.end : LIVE.firstWeekEnd;
    const sql = `
      SELECT CAST(row AS VARCHAR), CAST(epoch_ms(departed_at) AS DOUBLE), late, ${CLIENT_COLUMNS}
      FROM (${featuresSql(this.#source, timestamp(LIVE.start), timestamp(end), ', file_row_number AS row')})
      WHERE row % ${sampleEvery} = 0 ORDER BY departed_at, row`;
    const result = await this.#connection.stream(sql);
    let batch: Flight[] = [];
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const [row, departedAt, late, ...features] of chunk.getRows()) {
        batch.push({ eventId: `flight-${String(row)}`, departedAt: Number(departedAt), features: features as (string | number)[], late: late === 1 ? 1 : 0 });
        if (batch.length === rowsPerBatch) {
          yield batch;
          batch = [];
        }
      }
    }
    if (batch.length > 0) yield batch;
  }

  close(): void {
    this.#connection.closeSync();
  }

  async #rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.#connection.runAndReadAll(sql)).getRows();
  }
}

function timestamp(iso: string): string {
  return `TIMESTAMP '${iso.replace('T', ' ').replace('Z', '')}'`;
}

function within({ start, end }: { readonly start: string; readonly end: string }): string {
  return `date >= ${timestamp(start)} AND date < ${timestamp(end)}`;
}
