import { DuckDBInstance } from '@duckdb/node-api';

/** A kind of text files: how DuckDB makes one of some 80 MB, and the types that a peer is told for reading it. */
export interface TextKind {
  readonly part: string;
  readonly name: string;
  readonly format: 'CSV' | 'NDJSON';
  readonly select: string;
  readonly types: Readonly<Record<string, string>>;
}

const FLIGHTS = {
  select: `SELECT range AS id, TIMESTAMP '2001-01-01' + to_minutes((range * 7 % 500000)::BIGINT) AS departed, DATE '2001-01-01' + (range % 180)::INTEGER AS day,
    (hash(range) % 300)::INTEGER - 60 AS delay, (hash(range + 1) % 4000) / 8.0 AS distance, ['AA', 'UA', 'DL', 'WN'][1 + (hash(range + 2) % 4)::INTEGER] AS carrier,
    chr(65 + (hash(range + 3) % 26)::INTEGER) || chr(65 + (hash(range + 4) % 26)::INTEGER) AS origin, 'note ' || (hash(range + 6) % 100000000) || ' of a flight' AS note`,
  types: {
    id: 'BIGINT',
    departed: 'TIMESTAMP',
    day: 'DATE',
    delay: 'BIGINT',
    distance: 'DOUBLE',
    carrier: 'VARCHAR',
    origin: 'VARCHAR',
    note: 'VARCHAR',
  },
};
const WIDE = Array.from({ length: 200 }, (_, index) => `c${index}`);

export const TEXT_KINDS: readonly TextKind[] = [
  { part: 'csv', name: 'CSV of eight columns', format: 'CSV', select: `${FLIGHTS.select} FROM range(1000000)`, types: FLIGHTS.types },
  {
    part: 'wide',
    name: 'CSV of 200 columns of numbers',
    format: 'CSV',
    select: `SELECT ${WIDE.map((name, index) => `(hash(range * 200 + ${index}) % 1000000) / 1000.0 AS ${name}`).join(', ')} FROM range(50000)`,
    types: Object.fromEntries(WIDE.map((name) => [name, 'DOUBLE'])),
  },
  {
    part: 'quoted',
    name: 'CSV of quoted texts',
    format: 'CSV',
    select: `SELECT range AS id, 'said "' || (hash(range) % 1000) || '", and left; then ' || hash(range + 7) AS quoted, 'a, b ' || (hash(range + 1) % 10000) AS other FROM range(1000000)`,
    types: { id: 'BIGINT', quoted: 'VARCHAR', other: 'VARCHAR' },
  },
  { part: 'ndjson', name: 'NDJSON of eight keys', format: 'NDJSON', select: `${FLIGHTS.select} FROM range(600000)`, types: FLIGHTS.types },
];

export async function writeText({ select, format }: TextKind, path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT ${format === 'CSV' ? 'csv' : 'json'})`);
  connection.closeSync();
  instance.closeSync();
}
