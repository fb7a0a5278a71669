import { describe, expect, it } from 'vitest';
import { referenceProfileSchema, windowSummarySchema, type Column, type ColumnType, type Histogram } from '@millrace/contracts';
import { featuresOf, referenceProfileOf, seededRandom, signatureOf, type Table, type TableColumn } from '@millrace/learning';
import { ServedRows } from './served-rows.ts';

type Random = () => number;
type Value = number | bigint | boolean | string | null;

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const whole = (random: Random, limit: number): number => Math.round((random() * 2 - 1) * limit);

/** What a column of each type that a model can read may hold, the awkward ones among them. */
const VALUES: readonly { readonly type: ColumnType; readonly what: string; readonly draw: (random: Random) => Exclude<Value, null> }[] = [
  { type: 'boolean', what: 'flag', draw: (random) => random() < 0.9 },
  { type: 'boolean', what: 'always', draw: () => true },
  { type: 'byte', what: 'small', draw: (random) => whole(random, 127) },
  { type: 'short', what: 'few', draw: (random) => pick(random, [-32_768, 0, 7, 32_767]) },
  { type: 'integer', what: 'beyond 2^24', draw: (random) => 2 ** 24 + whole(random, 40) },
  { type: 'long', what: 'beyond 2^53', draw: (random) => 2n ** 53n + BigInt(whole(random, 30)) },
  { type: 'long', what: 'identifiers', draw: (random) => BigInt(Math.floor(random() * 2 ** 31)) * 4_000_000_007n },
  { type: 'float', what: 'fractions', draw: (random) => Math.fround(random() * 10) },
  { type: 'double', what: 'money', draw: (random) => Math.round(random() * 1e4) / 100 },
  { type: 'double', what: 'tiny and huge', draw: (random) => pick(random, [1e-300, 0.1, -0, 3e38, -3e38, 1e-45, 0.30000000000000004]) },
  { type: 'decimal', what: 'price', draw: (random) => pick(random, [0.07, 0.1, 19.99, 12.75]) },
  { type: 'string', what: 'words', draw: (random) => pick(random, ['a', 'B', 'Łódź ✈', ' ', 'null', 'true', '0']) },
  { type: 'string', what: 'rare words', draw: (random) => `w${Math.floor(random() ** 3 * 400)}` },
  { type: 'string', what: 'long words', draw: (random) => pick(random, ['x'.repeat(10_001), 'y'.repeat(10_000)]) },
];

const COLUMNS: readonly Column[] = VALUES.map(({ type, what }) => ({ name: `${type}: ${what}`, type, nullable: true }));

/** Rows of all columns; of those in `withGaps` some values are missing. */
function rowsOf(random: Random, rows: number, withGaps: (column: number) => boolean): readonly Value[][] {
  return VALUES.map(({ draw }, column) => Array.from({ length: rows }, () => (withGaps(column) && random() < 0.1 ? null : draw(random))));
}

/** As a training worker reads a dataset: numbers as doubles, texts as codes. */
function tableOf(columns: readonly Value[][]): Table {
  const rows = columns[0]?.length ?? 0;
  const entries = columns.map((values, i): readonly [string, TableColumn] => [COLUMNS[i]?.name ?? '', columnOf(values, VALUES[i]?.type ?? 'string')]);
  return { rows, columns: Object.fromEntries(entries), label: new Uint8Array(rows), time: new Float64Array(rows) };
}

function columnOf(values: readonly Value[], type: ColumnType): TableColumn {
  if (type !== 'string') return { type: 'number', values: Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))) };
  const dictionary = [...new Set(values.filter((value) => typeof value === 'string'))];
  return { type: 'category', codes: Int32Array.from(values, (value) => dictionary.indexOf(value as string)), dictionary };
}

/** The datatype that somebody who knows the column sends it in. */
const NATURAL: Readonly<Partial<Record<ColumnType, string>>> = {
  boolean: 'BOOL',
  byte: 'INT8',
  short: 'INT16',
  integer: 'INT32',
  long: 'INT64',
  string: 'BYTES',
};

const missing = (histogram: Histogram | undefined) => histogram?.nulls;

const served = await ServedRows.load();

describe.each([1, 2, 3, 4, 5, 6])('seed %d', (seed) => {
  const random = seededRandom(seed);
  const columns = rowsOf(random, 200 + Math.floor(random() * 400), (column) => (column + seed) % 2 === 0);
  const table = tableOf(columns);
  const features = featuresOf(table, COLUMNS);
  const signature = signatureOf(features);
  const scores = Float64Array.from({ length: table.rows }, () => pick(random, [0.07, 0.1, 0.25, 0.2500001, 0.5, random()]));
  const profile = referenceProfileOf(table, features, scores);
  /** Another runtime adds in another order. */
  const servedScores = Float32Array.from(scores, (score) => score * (1 + (random() - 0.5) * 2e-7));
  const asRow = (row: number, from: readonly Value[][] = columns) => Object.fromEntries(COLUMNS.map(({ name }, i) => [name, from[i]?.[row] ?? null]));
  const rows = Array.from({ length: table.rows }, (_, row) => ({ ...asRow(row), 'millrace.event_id': row % 3 === 0 ? null : `event ${row}` }));

  it('the profile and the summary of one sample are equal, bin by bin, when rows are sent', () => {
    expect(referenceProfileSchema.parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
    const { eventIds, summary } = served.summarise({ signature, referenceProfile: profile, scores: servedScores, inputs: served.ofRows(signature, rows) });
    expect(summary.features).toEqual(profile.features);
    expect(summary.score.counts).toEqual(profile.score.counts);
    expect(windowSummarySchema.parse(JSON.parse(JSON.stringify(summary)))).toMatchObject({ rows: table.rows });
    expect(eventIds?.slice(0, 4)).toEqual(['request/0', 'event 1', 'event 2', 'request/3']);
  });

  it('and when tensors are sent, each in the datatype of its column', () => {
    const tensors = COLUMNS.map(({ name, type }, i) => ({ name, datatype: NATURAL[type] ?? 'FP32', shape: [table.rows], data: columns[i] }));
    const { summary } = served.summarise({ signature, referenceProfile: profile, scores: servedScores, inputs: served.ofTensors(tensors) });
    expect(summary.features).toEqual(profile.features);
  });

  it('what is null is missing, also in columns where training had nothing missing', () => {
    const gaps = columns.map((values) => values.map((value, row) => (row % 4 === 0 ? null : value)));
    const inputs = served.ofRows(
      signature,
      rows.map((_row, row) => asRow(row, gaps)),
    );
    const { summary } = served.summarise({ signature, referenceProfile: profile, scores: servedScores, inputs });
    for (const [i, { name }] of COLUMNS.entries()) expect(missing(summary.features[name]), name).toBe(gaps[i]?.filter((value) => value === null).length);
  });
});
