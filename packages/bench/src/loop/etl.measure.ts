import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { featuresSql, MONTHS, monthInterval, vegaFlightsFile } from '@millrace/example-flight-delays';
import type { Measure } from '../measure.ts';
import { loadDepartures } from './departures.ts';

const ROUNDS = 3;

/** Rows per second of both in one round. */
interface Round {
  readonly ours: number;
  readonly peer: number;
}

/** Six intervals through extract, transform, expect and load, against DuckDB's plain COPY of the same SELECTs. The median of the rounds' ratios. */
export async function measureEtl(): Promise<Measure> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-etl-'));
    rounds.push({ peer: await rateOf(() => copyWithDuckDb(join(folder, 'peer'))), ours: await rateOf(() => loadDepartures(join(folder, 'ours'))) });
    await rm(folder, { recursive: true, force: true });
  }
  const median = rounds.toSorted((a, b) => ratio(a) - ratio(b))[Math.floor(ROUNDS / 2)] ?? { ours: 0, peer: 1 };
  return {
    what: `ETL by intervals with expectations, ${Math.round(median.ours).toLocaleString('en')} rows/s`,
    value: 100 * ratio(median),
    unit: '% of COPY',
    bar: { atLeast: 50 },
    peer: { what: 'DuckDB COPY … PARTITION_BY', value: Math.round(median.peer), unit: 'rows/s' },
  };
}

function ratio({ ours, peer }: Round): number {
  return ours / peer;
}

async function rateOf(load: () => Promise<number>): Promise<number> {
  const start = performance.now();
  const rows = await load();
  return rows / ((performance.now() - start) / 1000);
}

async function copyWithDuckDb(folder: string): Promise<number> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' })).connect();
  let rows = 0;
  for (const month of MONTHS) {
    const { start, end } = monthInterval(month);
    const select = featuresSql(`read_parquet('${vegaFlightsFile()}')`, timestamp(start), timestamp(end));
    const copied = await connection.runAndReadAll(
      `COPY (${select}) TO '${folder}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month), OVERWRITE_OR_IGNORE, FILENAME_PATTERN '${month}-{uuid}')`,
    );
    rows += Number(copied.getRows()[0]?.[0] ?? 0);
  }
  connection.closeSync();
  return rows;
}

function timestamp(at: Date): string {
  return `TIMESTAMP '${at.toISOString().slice(0, 19)}'`;
}
