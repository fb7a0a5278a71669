import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataRequirementDefinition, Finding } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSnapshot } from '../delta/snapshot.ts';
import { DEPARTURES, openLake, runOf, type Lake } from '../lake.fixture.ts';
import { runInterval } from '../pipeline/run-interval.ts';
import { assessRequirement } from './assess-requirement.ts';
import { profileSnapshot } from './profile-snapshot.ts';

let lake: Lake;
let uri: string;
beforeAll(async () => {
  lake = await openLake();
  uri = await lake.parquet('departures.parquet', `SELECT *, delay * 2 + 1 AS minutes_late, 'p' || distance || '@example.org' AS contact FROM (${DEPARTURES})`);
});
afterAll(() => lake.close());

const NEEDED: DataRequirementDefinition = {
  columns: [
    { name: 'date', type: 'timestamp' },
    { name: 'delay', type: 'long' },
    { name: 'distance', type: 'double' },
    { name: 'origin', type: 'string', maximumNullRate: 0.5 },
  ],
  label: 'delay',
  minimumRows: 700,
  timeColumn: 'date',
  historyDays: 50,
  freshnessHours: 24,
  uniqueKey: ['date'],
  segments: [{ column: 'origin', values: ['A0', 'A1'], minimumRows: 100 }],
};
const assess = (requirement: DataRequirementDefinition, path = uri) =>
  assessRequirement({
    engine: lake.engine,
    requirement,
    now: new Date('2001-03-01T00:00:00Z'),
    subject: { kind: 'source', roots: [lake.sources], source: { name: 'departures', format: 'PARQUET', uri: path } },
  });
const unmet = (findings: readonly Finding[]): string[] => findings.filter(({ met }) => !met).map(({ requirement, subject }) => `${requirement} ${subject}`);

describe('an availability assessment', () => {
  it('is AVAILABLE with one met finding per requirement', async () => {
    const { verdict, rows, findings } = await assess(NEEDED);
    expect({ verdict, rows, unmet: unmet(findings) }).toEqual({ verdict: 'AVAILABLE', rows: 700, unmet: [] });
    expect(findings.map(({ requirement }) => requirement)).toEqual([
      'column',
      'column',
      'column',
      'column',
      'nullRate',
      'label',
      'minimumRows',
      'historyDays',
      'freshnessHours',
      'uniqueKey',
      'segment',
      'segment',
    ]);
  });

  it('is PARTIAL where rows, nulls, history, freshness, key or segments fall short, with what was measured', async () => {
    const { verdict, findings } = await assess({
      ...NEEDED,
      minimumRows: 1000,
      historyDays: 365,
      freshnessHours: 1,
      uniqueKey: ['delay'],
      segments: [{ column: 'origin', values: ['ZZ'], minimumRows: 1 }],
      columns: [{ name: 'origin', type: 'string', maximumNullRate: 0.1 }],
    });
    expect(verdict).toBe('PARTIAL');
    expect(unmet(findings)).toEqual(['nullRate origin', 'minimumRows rows', 'historyDays date', 'freshnessHours date', 'uniqueKey delay', 'segment origin=ZZ']);
    expect(findings.find(({ requirement }) => requirement === 'nullRate')).toMatchObject({ measured: '14.29 %', needed: '≤ 10.00 %' });
  });

  it('is MISSING where a column, its type, or the label is not there', async () => {
    const { verdict, findings } = await assess({
      columns: [
        { name: 'carrier', type: 'string' },
        { name: 'origin', type: 'long' },
      ],
      label: 'cancelled',
      minimumRows: 1,
    });
    expect(verdict).toBe('MISSING');
    expect(unmet(findings)).toEqual(['column carrier', 'column origin', 'label cancelled']);
  });

  it('is MISSING with the reason where the source cannot be used', async () => {
    expect(await assess(NEEDED, join(lake.sources, 'absent.parquet'))).toMatchObject({
      verdict: 'MISSING',
      rows: 0,
      findings: [{ requirement: 'source', measured: 'SOURCE_MISSING', met: false }],
    });
    expect(await assess(NEEDED, await lake.text('broken.parquet', 'nothing'))).toMatchObject({
      verdict: 'MISSING',
      findings: [{ measured: 'SOURCE_CORRUPT' }],
    });
    const damaged = await lake.parquet('damaged.parquet', 'SELECT range AS delay, hash(range) AS b FROM range(200000)');
    const handle = await open(damaged, 'r+');
    await handle.write(Buffer.alloc(4000, 0xff), 0, 4000, 4);
    await handle.close();
    expect(await assess({ columns: [{ name: 'delay', type: 'long' }], uniqueKey: ['delay'], minimumRows: 1 }, damaged)).toMatchObject({
      verdict: 'MISSING',
      findings: [{ measured: 'SOURCE_CORRUPT', message: expect.stringContaining('damaged.parquet') }],
    });
  });

  it('hints at leakage and personal data without changing the verdict', async () => {
    const { verdict, findings } = await assess({
      columns: [
        { name: 'minutes_late', type: 'long' },
        { name: 'contact', type: 'string' },
        { name: 'delay', type: 'long' },
      ],
      label: 'delay',
      minimumRows: 1,
    });
    expect(verdict).toBe('AVAILABLE');
    expect(findings.filter(({ severity }) => severity === 'HINT').map(({ requirement, subject }) => `${requirement} ${subject}`)).toEqual([
      'leakage minutes_late',
      'personalData contact',
    ]);
  });
});

describe('a profile', () => {
  it('states rows, nulls, distinct values, range, mean, quantiles and top values of every column', async () => {
    await runInterval(runOf(lake, { uri, dataset: 'profiled', transform: 'SELECT delay, origin, date FROM flights' }), { engine: lake.engine });
    const { rows, columns } = await profileSnapshot(lake.engine, await readSnapshot(join(lake.tables, 'profiled')), { topValues: 2 });
    expect(rows).toBe(700);
    expect(columns[0]).toMatchObject({ name: 'delay', type: 'long', nullRate: 0, minimum: '0', maximum: '59' });
    expect(columns[0]?.mean).toBeCloseTo(20_250 / 700, 9);
    expect(columns[1]).toMatchObject({
      name: 'origin',
      approximateDistinct: 3,
      mean: null,
      topValues: [
        { value: 'A0', rows: 200 },
        { value: 'A1', rows: 200 },
      ],
    });
    expect(columns[1]?.nullRate).toBeCloseTo(1 / 7, 9);
    expect(columns[2]).toMatchObject({ name: 'date', minimum: '2001-01-01 00:00:00+00' });
  });

  it('counts what is no number, and leaves it out of everything else', async () => {
    const odd = await lake.parquet(
      'no-numbers.parquet',
      "SELECT CASE i % 5 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN '-inf'::DOUBLE WHEN 2 THEN NULL ELSE i % 5 END AS x, CASE WHEN i = 0 THEN 'infinity'::TIMESTAMP ELSE TIMESTAMP '2001-01-01' END AS t FROM range(1000) AS r(i)",
    );
    await runInterval(runOf(lake, { uri: odd, dataset: 'no_numbers', transform: 'SELECT x FROM flights' }), { engine: lake.engine });
    const { columns } = await profileSnapshot(lake.engine, await readSnapshot(join(lake.tables, 'no_numbers')));
    expect(columns[0]).toMatchObject({ type: 'double', notANumberRate: 0.2, infiniteRate: 0.2, minimum: '3.0', maximum: '4.0', mean: 3.5 });
    expect(columns[0]?.quantiles?.every((value) => value >= 3 && value <= 4)).toBe(true);
  });

  it.each([1, 100, 10_000, 80_000, 500_000])('of %i distinct values of any type is within 3 %%', async (distinct) => {
    const kinds = [
      'v',
      'v * 0.37::DOUBLE',
      `'k' || v`,
      `TIMESTAMP '2001-01-01' + to_milliseconds(v * 1001)`,
      'v::DECIMAL(18, 2)',
      '(v % 2 = 0)',
      'NULL::INTEGER',
    ];
    const relation = `(SELECT ${kinds.map((sql, index) => `${sql} AS c${index}`).join(', ')} FROM (SELECT i % ${distinct} AS v FROM range(${Math.ceil(distinct * 1.3)}) AS r(i)))`;
    const { columns } = await lake.engine.run('profile-table', { relation, topValues: 1 }, { reach: { files: [], folders: [] } });
    for (const { name, approximateDistinct } of columns.slice(0, 5)) expect(Math.abs(approximateDistinct / distinct - 1), name).toBeLessThan(0.03);
    expect(columns.slice(5).map(({ approximateDistinct }) => approximateDistinct)).toEqual([Math.min(2, distinct), 0]);
  });

  it('of a large table stands on a sample and says so', async () => {
    const large = await lake.parquet('large.parquet', "SELECT range % 10 AS n, TIMESTAMP '2001-01-01' AS date FROM range(200000)");
    await runInterval(runOf(lake, { uri: large, dataset: 'large' }), { engine: lake.engine });
    const profile = await profileSnapshot(lake.engine, await readSnapshot(join(lake.tables, 'large')), { sampleRows: 20_000 });
    expect(profile.rows).toBe(200_000);
    expect(profile.profiledRows).toBe(20_000);
  });
});
