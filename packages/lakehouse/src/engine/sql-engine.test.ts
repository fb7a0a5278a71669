import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake, runOf, type Lake } from '../lake.fixture.ts';
import { runInterval } from '../pipeline/run-interval.ts';

let lake: Lake;
let uri: string;
beforeAll(async () => {
  lake = await openLake({ memoryLimit: '64MB', temporaryLimit: '1MB' });
  uri = await lake.parquet('one.parquet', "SELECT TIMESTAMP '2001-01-01' AS date, 1 AS n");
});
afterAll(() => lake.close());

const ENDLESS = 'SELECT count(*) AS n FROM flights, range(1000000) a(x), range(1000000) b(y) WHERE (x * y) % 7 = 1';
const quick = () => runInterval(runOf(lake, { uri, dataset: 'after' }), { engine: lake.engine });

describe('the SQL engine', () => {
  it('stops a running query on cancel with JOB_CANCELLED and serves the next', async () => {
    const abort = new AbortController();
    const run = runInterval(runOf(lake, { uri, transform: ENDLESS }), { engine: lake.engine, signal: abort.signal, onProgress: () => abort.abort() });
    await expect(run).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(await quick()).toMatchObject({ rowsLoaded: 1 });
  });

  it('does not begin when it is cancelled already', async () => {
    await expect(runInterval(runOf(lake, { uri, dataset: 'never' }), { engine: lake.engine, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
    });
  });

  it('kills a query at the wall-clock limit with TIMEOUT', async () => {
    const hasty = await openLake({ timeoutMilliseconds: 1500 });
    try {
      const path = await hasty.parquet('one.parquet', "SELECT TIMESTAMP '2001-01-01' AS date, 1 AS n");
      await expect(runInterval(runOf(hasty, { uri: path, transform: ENDLESS }), { engine: hasty.engine })).rejects.toMatchObject({ code: 'TIMEOUT' });
    } finally {
      await hasty.close();
    }
  });

  it('fails a query that needs more memory than it may use, and lives on', async () => {
    const greedy = "SELECT range AS a, hash(range)::VARCHAR || repeat('x', 100) AS b FROM flights, range(3000000) ORDER BY b";
    await expect(runInterval(runOf(lake, { uri, transform: greedy, dataset: 'greedy' }), { engine: lake.engine })).rejects.toMatchObject({
      code: 'JOB_FAILED',
      message: expect.stringContaining('memory'),
    });
    expect(await quick()).toMatchObject({ rowsLoaded: 1 });
  });

  it('lets two queries spill at the same time without touching the files of each other', async () => {
    const roomy = await openLake({ memoryLimit: '80MB', temporaryLimit: '1GB' });
    try {
      const path = await roomy.parquet('one.parquet', "SELECT TIMESTAMP '2001-01-01' AS date, 1 AS n");
      const sort = (dataset: string) => {
        const transform = "SELECT range AS a, hash(range)::VARCHAR || repeat('x', 20) AS b FROM flights, range(1000000) ORDER BY b";
        return runInterval(runOf(roomy, { uri: path, dataset, transform }), { engine: roomy.engine });
      };
      const results = await Promise.all([sort('left'), sort('right')]);
      expect(results.map(({ rowsLoaded }) => rowsLoaded)).toEqual([1_000_000, 1_000_000]);
    } finally {
      await roomy.close();
    }
  });

  it.runIf(process.platform === 'linux')('kills a query whose memory DuckDB does not count, and lives on', async () => {
    const uncounted = 'SELECT len(list_transform(range(400000000), x -> x + 1)) AS n FROM flights';
    await expect(runInterval(runOf(lake, { uri, transform: uncounted, dataset: 'uncounted' }), { engine: lake.engine })).rejects.toMatchObject({
      code: 'JOB_FAILED',
      message: expect.stringContaining('memory'),
    });
    expect(await quick()).toMatchObject({ rowsLoaded: 1 });
  });

  it('fails what runs with UNAVAILABLE when it is closed', async () => {
    const closing = await openLake();
    const path = await closing.parquet('one.parquet', "SELECT TIMESTAMP '2001-01-01' AS date, 1 AS n");
    const run = runInterval(runOf(closing, { uri: path, transform: ENDLESS }), { engine: closing.engine, onProgress: () => closing.engine.close() });
    await expect(run).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await closing.close();
  });
});
