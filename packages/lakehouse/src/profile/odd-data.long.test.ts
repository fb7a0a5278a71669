import type { DataRequirementDefinition, Finding } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake, type Lake } from '../lake.fixture.ts';
import { assessRequirement } from './assess-requirement.ts';

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

let tables = 0;
/** The findings that are not met, as `requirement subject: measured`, and the verdict. */
async function assess(
  select: string,
  requirement: Partial<DataRequirementDefinition>,
): Promise<{ verdict: string; unmet: string[]; findings: readonly Finding[] }> {
  const uri = await lake.parquet(`odd-${tables++}.parquet`, select);
  const { verdict, findings } = await assessRequirement({
    engine: lake.engine,
    requirement: { columns: [], minimumRows: 1, ...requirement },
    now: new Date('2026-12-01T00:00:00Z'),
    subject: { kind: 'source', roots: [lake.sources], source: { name: 'odd', format: 'PARQUET', uri } },
  });
  return { verdict, findings, unmet: findings.filter(({ met }) => !met).map(({ requirement: what, subject, measured }) => `${what} ${subject}: ${measured}`) };
}

const column = (name: string, type: DataRequirementDefinition['columns'][number]['type'], more: object = {}) => ({ name, type, ...more });

describe('a label', () => {
  it.each([
    ['has no value', 'NULL::INTEGER', 'MISSING', ['label y: no value']],
    ['is not a number in any row', "'nan'::DOUBLE", 'MISSING', ['label y: no value']],
    ['is the same everywhere', '1', 'MISSING', ['label y: one value']],
    ['is the same where it has a value', 'CASE WHEN i % 2 = 0 THEN true END', 'MISSING', ['label y: one value']],
    ['is missing in 99 of 100 rows', 'CASE WHEN i % 100 = 0 THEN i % 200 = 0 END', 'PARTIAL', ['labelNulls y: 99.00 %']],
    ['has another value in 3 rows', 'i < 3', 'PARTIAL', ['labelBalance y: 3 other rows']],
    ['has another value in 30 of 10,000', 'i < 30', 'AVAILABLE', ['labelBalance y: 99.70 % one value']],
    ['is balanced', 'i % 2', 'AVAILABLE', []],
  ])('that %s is told', async (_what, label, verdict, unmet) => {
    expect(await assess(`SELECT ${label} AS y FROM range(10000) AS t(i)`, { label: 'y' })).toMatchObject({ verdict, unmet });
  });
});

/** The hints that `x` leaks the label. */
const told = async (label: string, columnSql: string): Promise<string[]> =>
  (await assess(`SELECT ${label} AS y, ${columnSql} AS x FROM range(20000) AS t(i)`, { label: 'y', columns: [column('x', 'string')] })).unmet.filter((text) =>
    text.startsWith('leakage'),
  );

describe('a column that tells the label', () => {
  const RARE = 'hash(i) % 100 = 0';

  it.each([
    ['the label as a text', RARE, `(${RARE})::VARCHAR`],
    ['yes and no', RARE, `CASE WHEN ${RARE} THEN 'Yes' ELSE 'no ' END`],
    ['1.0 and 0.0', RARE, `CASE WHEN ${RARE} THEN '1.0' ELSE '0.0' END`],
    ['its negation', RARE, `NOT (${RARE})`],
    ['a code for each class', 'i % 7', `['k', 'b', 'z', 'a', 'm', 'c', 'q'][1 + i % 7]`],
    ['several codes for each class', 'i % 2', `'k' || (i % 200)`],
    ['only an order, of two classes', RARE, `ln(1 + hash(i + 1) % 1000) + CASE WHEN ${RARE} THEN 50 ELSE 0 END`],
    ['only an order, of a number', 'i * 1.0', 'exp(i / 100.0)'],
    ['an order the other way round', 'i * 1.0', '-power(i, 3)'],
    ['an order in texts', 'i * 1.0', '(1000 * sqrt(i))::VARCHAR'],
    ['a number too large for squares', 'i * 1.0', 'i * 1e300'],
    ['a date that goes with it', 'i * 1.0', "TIMESTAMP '2001-01-01' + to_hours(i::INTEGER)"],
    ['a value only with one class', RARE, `CASE WHEN ${RARE} THEN 'ticket ' || i END`],
    ['99 of 100 of the answers', 'i % 2', 'CASE WHEN hash(i) % 100 = 0 THEN 1 - i % 2 ELSE i % 2 END'],
  ])('by %s is a hint', async (_what, label, columnSql) => {
    expect(await told(label, columnSql)).toHaveLength(1);
  });

  it.each([
    ['an identifier', RARE, `'id ' || i`],
    ['noise', RARE, 'hash(i + 7) % 1000'],
    ['a good feature', 'i % 2', 'CASE WHEN hash(i) % 10 < 2 THEN 1 - i % 2 ELSE i % 2 END'],
    ['a constant', RARE, "'a'"],
    ['nothing', RARE, 'NULL::VARCHAR'],
    ['gaps by chance', RARE, `CASE WHEN hash(i + 3) % 2 = 0 THEN 'a' END`],
    ['infinities', RARE, `CASE WHEN hash(i) % 3 = 0 THEN 'inf'::DOUBLE ELSE hash(i + 9) % 50 END`],
  ])('but not by %s', async (_what, label, columnSql) => {
    expect(await told(label, columnSql)).toEqual([]);
  });
});

const rows = (time: string): string => `SELECT ${time} AS t FROM range(10000) AS r(i)`;

describe('times', () => {
  const DAILY = "TIMESTAMP '2026-01-01' + to_hours((i // 10)::INTEGER)";
  const needed = { timeColumn: 't', historyDays: 300, freshnessHours: 24 * 60 };

  it.each([
    ['one row of 1970', "CASE WHEN i = 5 THEN TIMESTAMP '1970-01-01' ELSE %s END"],
    ['one row of 1200', "CASE WHEN i = 5 THEN TIMESTAMP '1200-01-01' ELSE %s END"],
  ])('%s are no history', async (_what, time) => {
    const { verdict, unmet } = await assess(rows(time.replace('%s', DAILY)), needed);
    expect(verdict).toBe('PARTIAL');
    expect(unmet).toEqual([
      expect.stringMatching(/^historyDays t: 4[01]\.\d days$/),
      expect.stringMatching(/^freshnessHours t: /),
      expect.stringMatching(/^timeOutliers t: 1\d\d0-01-01T00:00:00\.000Z$/),
    ]);
  });

  it('one row of 9999 makes nothing fresh', async () => {
    const { unmet } = await assess(rows(`CASE WHEN i = 5 THEN TIMESTAMP '9999-12-31' ELSE ${DAILY} END`), { timeColumn: 't', freshnessHours: 24 });
    expect(unmet).toEqual([
      expect.stringMatching(/^freshnessHours t: 7\d\d\d\.\d hours$/),
      'timeOutliers t: 9999-12-31T00:00:00.000Z',
      'futureTimes t: 1 rows',
    ]);
  });

  it('a few rows of long ago are history where they reach back evenly', async () => {
    const { verdict } = await assess(rows(`TIMESTAMP '2026-11-30' - to_hours((i * i // 10000)::INTEGER)`), {
      timeColumn: 't',
      historyDays: 400,
      freshnessHours: 48,
    });
    expect(verdict).toBe('AVAILABLE');
  });

  it.each([
    ['all null', 'NULL::TIMESTAMP', 'MISSING', 'timeColumn t: no value'],
    ['all infinite', "'infinity'::TIMESTAMP", 'MISSING', 'timeColumn t: no value'],
    ['no times', "'2001'", 'MISSING', 'timeColumn t: string'],
    ['all to come', "TIMESTAMP '2030-01-01'", 'PARTIAL', 'freshnessHours t: none'],
  ])('%s are told', async (_what, time, verdict, unmet) => {
    const found = await assess(rows(time), { timeColumn: 't', freshnessHours: 1 });
    expect(found.verdict).toBe(verdict);
    expect(found.unmet[0]).toBe(unmet);
  });
});

describe('what is not a number', () => {
  const select = "SELECT CASE i % 4 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN 'inf'::DOUBLE WHEN 2 THEN 1.5 ELSE 2.5 END AS x FROM range(1000) AS t(i)";
  it('counts as missing, and infinity is a hint', async () => {
    expect(await assess(select, { columns: [column('x', 'double', { maximumNullRate: 0.1 })] })).toMatchObject({
      verdict: 'PARTIAL',
      unmet: ['nullRate x: 25.00 %', 'infinite x: 250 rows'],
    });
  });
});

describe('segments', () => {
  it.each([
    ['text', "'a' || (i % 2)", 'a1', '500'],
    ['text in its own case', "'a' || (i % 2)", 'A1', '0'],
    ['a boolean', 'i % 2 = 0', 'true', '500'],
    ['a whole number', '(i % 4)::SMALLINT', '3', '250'],
    ['a number', '(i % 4) / 2.0', '1.50', '250'],
    ['a decimal', '((i % 4) / 2)::DECIMAL(9, 2)', '1.5', '250'],
    ['a date', "DATE '2001-01-01' + (i % 4)::INTEGER", '2001-01-02', '250'],
    ['a time', "TIMESTAMP '2001-01-01 00:00:00' + to_hours((i % 4)::INTEGER)", '2001-01-01T03:00:00Z', '250'],
    ['a number that is none', 'i % 4', 'three', 'no value'],
    ['a column that is not there', 'i', undefined, 'absent'],
  ])('of %s are counted', async (_what, value, wanted, measured) => {
    const segment = { column: wanted === undefined ? 'nowhere' : 's', values: [wanted ?? 'x'], minimumRows: 1 };
    const { findings } = await assess(`SELECT ${value} AS s FROM range(1000) AS t(i)`, { segments: [segment] });
    expect(findings.find(({ requirement }) => requirement === 'segment')).toMatchObject({ measured, met: Number(measured) > 0 });
  });
});

it('a key with nulls is counted with them', async () => {
  const { findings } = await assess('SELECT CASE WHEN i > 0 THEN i END AS k FROM range(1000) AS t(i)', { uniqueKey: ['k'] });
  expect(findings.find(({ requirement }) => requirement === 'uniqueKey')).toMatchObject({ met: true, measured: '0 repeated' });
});

it.each([
  ['no row', 'WHERE false', 'MISSING'],
  ['one row', 'WHERE i = 0', 'MISSING'],
])('%s is assessed', async (_what, where, verdict) => {
  const requirement = { label: 'y', timeColumn: 't', historyDays: 1, freshnessHours: 1, uniqueKey: ['y'], columns: [column('x', 'double')] };
  const select = `SELECT i AS y, i * 1.0::DOUBLE AS x, TIMESTAMP '2026-11-30' AS t FROM range(10) AS r(i) ${where}`;
  expect(await assess(select, requirement)).toMatchObject({ verdict });
});

it('five hundred columns of every kind are assessed', async () => {
  const kinds = [
    ['i % 3', 'long'],
    ["'a' || i % 5", 'string'],
    ['i % 2 = 0', 'boolean'],
    ['[i]', 'array'],
    ["{'a': i}", 'struct'],
    ['i * 1.5::DOUBLE', 'double'],
    ["DATE '2001-01-01'", 'date'],
    ["'x'::BLOB", 'binary'],
  ] as const;
  const many = Array.from({ length: 500 }, (_, n) => ({ name: `c${n}`, sql: kinds[n % kinds.length]?.[0], type: kinds[n % kinds.length]?.[1] ?? 'long' }));
  const select = `SELECT hash(i) % 2 AS y, ${many.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')} FROM range(200) AS t(i)`;
  expect(await assess(select, { label: 'y', columns: many.map(({ name, type }) => column(name, type)) })).toMatchObject({ verdict: 'AVAILABLE', unmet: [] });
});

it('rows of many kilobytes are assessed in the memory of the engine', async () => {
  const select =
    "SELECT hash(i) % 2 AS y, repeat(chr((97 + i % 26)::INTEGER), 20000) AS text, repeat('x', 20000)::BLOB AS image, range(2000) AS list FROM range(20000) AS t(i)";
  const columns = [column('text', 'string'), column('image', 'binary'), column('list', 'array')];
  expect(await assess(select, { label: 'y', columns })).toMatchObject({ verdict: 'AVAILABLE', unmet: [] });
});
