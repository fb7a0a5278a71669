import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTrustedDatabase } from '../../engine/trusted-database.ts';
import { CSV_STRUCTURE_CASES } from './csv-structure-cases.fixture.ts';
import { CSV_VALUE_CASES, LATE_CASES } from './csv-value-cases.fixture.ts';
import { DECLARED_CASES } from './declared-cases.fixture.ts';
import { ENCODING_CASES } from './encoding-cases.fixture.ts';
import { NDJSON_CASES } from './ndjson-cases.fixture.ts';
import { PARQUET_CASES } from './parquet-cases.fixture.ts';
import { createSourceView } from '../../sources/source-view.ts';
import { quoteText } from '../../engine/sql-text.ts';
import { checkRead, readCase, writeCase, type ReadingCase } from './reading-case.fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-corpus-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SUITES: readonly (readonly [string, readonly ReadingCase[]])[] = [
  ['values of CSV', CSV_VALUE_CASES],
  ['structure of CSV', CSV_STRUCTURE_CASES],
  ['encodings and compression', ENCODING_CASES],
  ['declared readings', DECLARED_CASES],
  ['NDJSON', NDJSON_CASES],
];

describe.each(SUITES)('reading: %s', (suite, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const files = await writeCase(join(folder, suite, name.replaceAll(/\W+/g, '-')), one);
    const read = withTrustedDatabase({ threads: 1 }, (connection) => readCase(connection, files, one));
    await checkRead(read, one);
  });
});

describe('reading: what comes after 30,000 rows', () => {
  it.each(LATE_CASES.map((one) => [one.name, one] as const))('%s', async (name, { files, type, values }) => {
    const [path = ''] = await writeCase(join(folder, 'late', name.replaceAll(/\W+/g, '-')), { name, files });
    await withTrustedDatabase({ threads: 1 }, async (connection) => {
      const { columns } = await createSourceView(connection, { name: 'data', format: 'CSV', files: [path] });
      expect(columns).toEqual([{ name: 'v', type }]);
      const rows = (await connection.runAndReadAll('SELECT v::VARCHAR FROM data')).getRows().map(([value]) => value);
      expect(rows).toHaveLength(30_000 + values.length);
      expect(rows.slice(30_000).map((value) => String(value).replace(/\+00$/, ''))).toEqual(values);
    });
  });
});

describe('reading: Parquet', () => {
  it.each(PARQUET_CASES.map((one) => [one.name, one] as const))('%s', async (name, { writes, ...one }) => {
    const place = join(folder, 'parquet', name.replaceAll(/\W+/g, '-'));
    const files = await writeCase(place, { name, files: Object.fromEntries(writes.map((_, index) => [`${index}.parquet`, ''])) });
    const read = withTrustedDatabase({ threads: 1 }, async (connection) => {
      for (const [index, write] of writes.entries()) {
        if (Buffer.isBuffer(write)) await writeFile(files[index] ?? '', write);
        else await connection.run(`COPY (${write}) TO ${quoteText(files[index] ?? '')} (FORMAT parquet)`);
      }
      return readCase(connection, files, { name, files: '', format: 'PARQUET' });
    });
    await checkRead(read, one);
  });
});

it('the corpus has at least 150 cases, each under a name of its own', () => {
  const names = [...SUITES, ['late', LATE_CASES] as const, ['Parquet', PARQUET_CASES] as const].flatMap(([suite, cases]) =>
    cases.map(({ name }) => `${suite}: ${name}`),
  );
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(150);
});
