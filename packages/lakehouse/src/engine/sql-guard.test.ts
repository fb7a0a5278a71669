import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALLOWED_FUNCTIONS } from './sql-functions.ts';
import { checkExpression, checkSelect } from './sql-guard.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});

const expression = (sql: string) => checkExpression(connection, 'expectation "x"', sql);
const check = (sql: string) => checkSelect(connection, 'transform', sql, ['flights', 'airports']);

describe('SQL of a user passes when it is one SELECT over its sources', () => {
  it.each([
    'SELECT * FROM flights',
    'FROM flights SELECT delay WHERE delay > 3; ; ',
    "FROM (PIVOT flights ON origin IN ('A') USING count(*))",
    'WITH late AS (SELECT * FROM flights WHERE delay > 15) SELECT count(*) FROM late JOIN airports USING (origin)',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r',
    'SELECT unnest([1, 2]) AS x, row_number() OVER () FROM Flights, range(3) -- the end',
    "SELECT date_trunc('month', date) FROM flights UNION ALL SELECT 'COPY /etc/passwd' FROM airports",
  ])('%s', async (sql) => {
    await expect(check(sql)).resolves.toBeDefined();
  });
});

describe('SQL of a user that reaches further is SQL_FORBIDDEN', () => {
  it.each([
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'x.parquet'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT content FROM read_text('/etc/passwd')",
    "SELECT * FROM flights WHERE delay IN (SELECT 1 FROM read_csv('/etc/passwd'))",
    "SELECT (SELECT max(x) FROM read_blob('/x')) FROM flights",
    "WITH a AS (FROM read_json('/x')) SELECT * FROM a",
    "SELECT * FROM query('SELECT 1')",
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM duckdb_views',
    "COPY flights TO '/tmp/x'",
    "ATTACH '/tmp/x.db'",
    'INSTALL httpfs',
    'PRAGMA enable_profiling',
    "CALL enable_logging(storage = 'file')",
    "SET memory_limit = '1TB'",
    'CREATE TABLE x AS SELECT 1',
    'DROP VIEW flights',
    'SELECT 1; SELECT 2',
    'SELECT * FROM (DESCRIBE flights)',
    'SUMMARIZE flights',
    "SELECT getenv('HOME')",
    'SELECT sleep_ms(1000)',
    "FROM (PIVOT '/etc/passwd' ON a IN ('x') USING count(*))",
    "SELECT * FROM flights, LATERAL (SELECT * FROM read_csv('/etc/passwd'))",
    "SELECT * FROM query_table(['/etc/passwd'])",
    "SELECT n FROM flights LIMIT (SELECT count(*) FROM read_text('/etc/passwd'))",
    "SELECT [setting.current_setting() FOR setting IN ['temp_directory']]",
    "SELECT current_setting('temp_directory')",
    'EXPLAIN SELECT 1',
    'SELECT pg_catalog.pg_sleep(1)',
    'SELECT "current_setting"(\'temp_directory\')',
    "SELECT ('temp_directory').current_setting()",
    "SELECT list_transform(['temp_directory'], lambda s: current_setting(s))",
    'SELECT version()',
    'SELECT current_schemas(true)',
    "SELECT getvariable('x')",
    'SELECT stats(delay) FROM flights',
    'SELECT txid_current()',
    "SELECT json_serialize_sql('SELECT 1')",
    "SELECT in_search_path('a', 'b')",
    'SELECT sum(delay) FILTER (WHERE inet_client_addr() IS NULL) FROM flights',
    "SELECT max(nextval('s')) OVER () FROM flights",
    'SELECT a_function_of_the_next_version(delay) FROM flights',
    "FROM flights SELECT delay ORDER BY write_log('x')",
    "SELECT * FROM (VALUES (getenv('HOME')))",
    "FROM flights GROUP BY getenv('HOME') HAVING getenv('HOME') <> ''",
  ])('%s', async (sql) => {
    await expect(check(sql)).rejects.toMatchObject({ code: 'SQL_FORBIDDEN' });
  });

  it('names allowed functions that are near', async () => {
    await expect(check('SELECT date_trunk(delay), lowercase(origin) FROM flights')).rejects.toMatchObject({
      message: expect.stringContaining('The function date_trunk() may not be used, or there is none'),
    });
    await expect(check('SELECT regexp(origin) FROM flights')).rejects.toMatchObject({
      message: expect.stringMatching(/there is .*regexp_extract/),
    });
  });

  it('says where', async () => {
    await expect(check("SELECT *\nFROM flights\n  JOIN read_parquet('/etc/x') USING (a)")).rejects.toMatchObject({
      code: 'SQL_FORBIDDEN',
      fields: { line: 3, column: 8 },
    });
  });
});

describe('SQL of a user that is wrong is SQL_INVALID with line and column', () => {
  it.each([
    ['SELEC 1', 1, 1],
    ['SELECT\n  a, FROM\n WHERE', 3, 2],
    ["SELECT '日本', x FROM\n  flihgts", 2, 3],
    ['SELECT 1) FROM (SELECT 2', 1, 9],
    ['SELECT *\nFROM flights WHERE delay > $limit', 2, 28],
    ['SELECT 1 /* open', 1, 10],
  ])('%j', async (sql, line, column) => {
    await expect(check(sql)).rejects.toMatchObject({
      code: 'SQL_INVALID',
      fields: { line, column },
      message: expect.stringContaining(`line ${line}, column ${column}`),
    });
  });
});

describe('the list of allowed functions', () => {
  it('names functions of this version of DuckDB, and those that its parser makes', async () => {
    const reader = await connection.runAndReadAll('SELECT DISTINCT lower(function_name) FROM duckdb_functions()');
    const known = new Set(reader.getRows().map(([name]) => String(name)));
    const ofParser = [
      '->',
      '!',
      'if',
      'ifnull',
      'coalesce',
      'grouping',
      'grouping_id',
      'unlist',
      'current_time',
      'current_timestamp',
      'localtime',
      'localtimestamp',
    ];
    expect([...ALLOWED_FUNCTIONS].filter((name) => !known.has(name) && !ofParser.includes(name))).toEqual([]);
  });

  it.each([
    "SELECT CASE WHEN delay > 3 THEN 'a' ELSE coalesce(origin, 'b') END || 'c', delay // 2, delay ** 2, -delay, NOT delay > 1, delay BETWEEN 1 AND 2 FROM flights",
    "SELECT extract(year FROM date), date '2001-01-01' + INTERVAL 1 DAY, date AT TIME ZONE 'UTC', current_date, now() FROM flights",
    "SELECT origin LIKE 'A%', origin ILIKE 'a%', origin SIMILAR TO 'A.*', origin NOT LIKE 'B' ESCAPE '!', origin GLOB 'A*', origin ^@ 'A' FROM flights",
    "SELECT {'a': 1}.a, [1, 2][1], [1, 2, 3][1:2], MAP {'a': 1}['a'], [x * 2 FOR x IN [1, 2] IF x > 1], list_aggregate([1, 2], 'sum') FROM flights",
    'SELECT rank() OVER (PARTITION BY origin ORDER BY delay), lag(delay, 1) OVER w, sum(delay) OVER w FROM flights WINDOW w AS (ORDER BY date)',
    "SELECT origin, grouping(origin), count(*), count(DISTINCT delay), sum(delay) FILTER (WHERE delay > 0), string_agg(origin, ',' ORDER BY delay) FROM flights GROUP BY ROLLUP (origin)",
    "SELECT delay::VARCHAR, TRY_CAST(origin AS INTEGER), position('a' IN origin), substring(origin FROM 1 FOR 2), trim(BOTH 'x' FROM origin), overlay FROM flights",
    'SELECT (SELECT max(delay) FROM airports), EXISTS (FROM airports), delay IN (1, 2), row(1, 2), quantile_cont(delay, 0.5), delay IS DISTINCT FROM 3 FROM flights',
    "SELECT json_extract(origin, '$.a'), origin->>'$.a', if(delay > 1, 1, 2), ifnull(delay, 0), nullif(delay, 0), greatest(1, delay) FROM flights",
    'SELECT * REPLACE (delay + 1 AS delay), COLUMNS(*) FROM flights',
  ])('has what people write: %s', async (sql) => {
    await expect(check(sql)).resolves.toBeDefined();
  });

  it.each(['now()', 'current_timestamp', 'today()', 'random()', 'uuid()', 'current_date'])('%s answers differently each time', async (sql) => {
    expect(await check(`SELECT ${sql} AS x FROM flights`)).toMatchObject({ isVolatile: true });
  });
});

describe('the expression of an expectation', () => {
  it.each(['delay >= 0', "delay IS NOT NULL AND (distance > 3 OR origin IN ('A'))", 'list_contains([1, 2], delay) -- fine'])('passes: %s', async (sql) => {
    await expect(expression(sql)).resolves.toBeDefined();
  });

  it.each([
    ['delay >', 'SQL_INVALID'],
    ['delay FROM flights', 'SQL_INVALID'],
    ['delay, distance', 'SQL_INVALID'],
    ['1) , (2', 'SQL_INVALID'],
    ['true; SELECT 1', 'SQL_FORBIDDEN'],
    ['COLUMNS(*) IS NOT NULL', 'SQL_INVALID'],
    ['unnest([true, false])', 'SQL_INVALID'],
    ['delay > 0 AND generate_subscripts([1, 2], 1) > 0', 'SQL_INVALID'],
    ['delay > $limit', 'SQL_INVALID'],
    ["delay IN (SELECT 1 FROM read_csv('/x'))", 'SQL_FORBIDDEN'],
    ['delay IN (SELECT delay FROM flights)', 'SQL_INVALID'],
  ])('fails: %s', async (sql, code) => {
    await expect(expression(sql)).rejects.toMatchObject({ code });
  });
});
