import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FlightFile, type Flight } from './flight-file.ts';

let folder: string;
let file: FlightFile;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flights-'));
  const path = join(folder, 'flights.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = [
    ['2001-02-01 08:00', 20, 100, 'SFO', 'JFK'],
    ['2001-02-01 09:00', 0, 100, 'SFO', 'JFK'],
    ['2001-03-31 23:30', 90, 100, 'SFO', 'LAX'],
    ['2001-04-01 00:10', 14, 337, 'SFO', 'LAX'],
    ['2001-04-01 00:10', 15, 2586, 'SFO', 'JFK'],
    ['2001-04-01 00:40', -5, 337, 'SFO', 'LAX'],
    ['2001-07-01 00:00', 0, 337, 'SFO', 'LAX'],
  ].map(([date, delay, distance, origin, destination]) => `(TIMESTAMP '${date}', ${delay}::BIGINT, ${distance}::BIGINT, '${origin}', '${destination}')`);
  await connection.run(`COPY (SELECT * FROM (VALUES ${rows.join(',')}) AS f(date, delay, distance, origin, destination)) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  file = await FlightFile.open(path);
});
afterAll(async () => {
  file.close();
  await rm(folder, { recursive: true });
});

async function departures(sampleEvery: number, rowsPerBatch: number): Promise<Flight[][]> {
  const batches: Flight[][] = [];
  for await (const batch of file.departures(sampleEvery, rowsPerBatch)) batches.push(batch);
  return batches;
}

test('features see the hour before a departure, also across the start, and nothing after it', async () => {
  const [first, second, third] = (await departures(1, 10)).flat();
  expect(first).toEqual({ eventId: 'flight-3', departedAt: Date.UTC(2001, 3, 1, 0, 10), late: 0, features: ['SFO', 'LAX', 337, 10, 7, 1, 1] });
  expect(second).toMatchObject({ eventId: 'flight-4', late: 1, features: ['SFO', 'JFK', 2586, 10, 7, 1, 0] });
  expect(third).toMatchObject({ eventId: 'flight-5', features: ['SFO', 'LAX', 337, 40, 7, 2, 1] });
});

test('a sample keeps its ids and the features of the full traffic', async () => {
  expect((await departures(5, 10)).flat().map(({ eventId, features }) => [eventId, features.at(-2)])).toEqual([['flight-5', 2]]);
  expect((await departures(1, 2)).map((batch) => batch.length)).toEqual([2, 1]);
});

test('the baseline is the share of late flights of January to March at the cost of a missing warning', async () => {
  expect(await file.costOfWarningNobody()).toEqual({ flights: 3, costPerThousand: 16_000 });
  expect(await file.liveFlights()).toBe(3);
});
