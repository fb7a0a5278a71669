/** What a node measured of a model version: latencies and load time in milliseconds, memory in bytes. */
export interface Measurement {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly rowsPerSecond: number;
  readonly loadMilliseconds: number;
  readonly residentBytes: number;
}
