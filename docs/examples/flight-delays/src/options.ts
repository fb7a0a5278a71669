import type { Reporter } from './reporter.ts';

/** How much of the traffic is replayed, and how. */
export interface ReplayOptions {
  /** Every how manieth flight of April to June is sent. 1 sends all 1.5 million. Default 10. */
  readonly sampleEvery?: number;
  /** Flights per infer request. Default 500. */
  readonly rowsPerRequest?: number;
  /** Requests under way at a time. Default 2. */
  readonly concurrentRequests?: number;
  /** Rows that the data requirement asks for. Default 1,000,000. */
  readonly minimumRows?: number;
}

/** What the example needs: a running Millrace, the flights, and somebody to tell. */
export interface FlightDelaysInput {
  readonly url: string;
  readonly token: string;
  /** Path of `flights-3m.parquet`, readable by Millrace's ETL worker under the same path. */
  readonly dataFile: string;
  readonly reporter: Reporter;
  readonly options?: ReplayOptions;
}
