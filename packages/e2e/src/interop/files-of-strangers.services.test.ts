import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { filesOf, readSnapshot, runInterval, SqlEngine } from '@millrace/lakehouse';
import { temporaryFolder, type TemporaryFolder } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { python } from './python.ts';

interface StrangersFile {
  readonly name: string;
  readonly path: string;
}

const NO_LIMIT_MILLISECONDS = 1_800_000;

/** What cannot be found out, and is declared: lines of counts before the table, blanks between columns, row names without a name. */
const DECLARED: Readonly<Record<string, ReadingDefinition>> = {
  'sklearn/datasets/data/breast_cancer.csv': { skipLines: 1, header: 'ABSENT' },
  'sklearn/datasets/data/wine_data.csv': { skipLines: 1, header: 'ABSENT' },
  'sklearn/datasets/data/iris.csv': { skipLines: 1, header: 'ABSENT' },
  'sklearn/datasets/data/diabetes_data_raw.csv.gz': { delimiter: ' ', header: 'ABSENT' },
  'sklearn/datasets/data/linnerud_exercise.csv': { delimiter: ' ', header: 'PRESENT' },
  'sklearn/datasets/data/linnerud_physiological.csv': { delimiter: ' ', header: 'PRESENT' },
  'statsmodels/regression/tests/results/dietox.csv': { skipLines: 1, names: ['row', 'Pig', 'Evit', 'Cu', 'Litter', 'Start', 'Weight', 'Feed'] },
  'lifelines/datasets/anderson.csv': { delimiter: ' ', header: 'PRESENT' },
};

/** Why others are refused until they are declared: each message names the line and what mends it. */
const REFUSED =
  /line \d+: .*(?:parts told apart by|most rows have|no delimiter makes a table|cannot be told whether|no table has more than).*(?:Declare|Give)/s;

let folder: TemporaryFolder;
let engine: SqlEngine;
beforeAll(async () => {
  folder = await temporaryFolder();
  const temporary = join(folder.path, 'spill');
  await mkdir(temporary);
  engine = new SqlEngine({
    memoryLimit: '1GB',
    threads: 1,
    temporaryFolder: temporary,
    temporaryLimit: '4GB',
    timeoutMilliseconds: 120_000,
    jobsPerProcess: 1000,
  });
});
afterAll(async () => {
  engine.close();
  await folder.remove();
});

/** Loads each file whole, as a pipeline does, and compares what is in the table with what Python reads. */
async function compareAll(
  files: readonly StrangersFile[],
  format: SourceFormat,
): Promise<{ readonly compared: number; readonly wrong: unknown; readonly refused: ReadonlyMap<string, string> }> {
  const cases: object[] = [];
  const refused = new Map<string, string>();
  for (const [index, { name, path }] of files.entries()) {
    const reading = DECLARED[name] ?? {};
    try {
      const loaded = await runInterval(
        {
          folder: folder.path,
          pipeline: name,
          pipelineRunId: `prun_${index}`,
          sequence: 1,
          attempt: 1,
          interval: { start: new Date(0), end: new Date(1) },
          definition: { transform: 'SELECT * FROM data', expectations: [], dataset: `${format}_${index}`, partitionBy: [] },
          sources: [{ name: 'data', format, uri: path, reading }],
          sourceRoots: [dirname(path)],
        },
        { engine },
      );
      const [table] = filesOf(await readSnapshot(join(folder.path, `${format}_${index}`)));
      cases.push({ name, path, reading, table, form: loaded.readings?.[0]?.form });
    } catch (error) {
      refused.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  const manifest = join(folder.path, `${format}.json`);
  await writeFile(manifest, JSON.stringify(cases));
  return { ...((await python('compare_with_pandas.py', 'compare', manifest)) as { compared: number; wrong: unknown }), refused };
}

test(
  'separated values in packages that nobody here made are what pandas reads, or are refused by name',
  async () => {
    const files = (await python('compare_with_pandas.py', 'list')) as StrangersFile[];
    const { compared, wrong, refused } = await compareAll([...files, ...(await vegaFiles(/\.(?:csv|tsv)$/))], 'CSV');
    expect(wrong).toEqual({});
    for (const [name, reason] of refused) expect(reason, name).toMatch(REFUSED);
    expect(compared).toBeGreaterThan(280);
    expect(refused.size).toBeLessThan(25);
    for (const name of Object.keys(DECLARED)) expect(refused.has(name), name).toBe(false);
  },
  NO_LIMIT_MILLISECONDS,
);

test(
  'JSON of vega-datasets is what Python reads, nested values, too',
  async () => {
    const { compared, wrong, refused } = await compareAll(await vegaFiles(/\.json$/), 'NDJSON');
    expect(wrong).toEqual({});
    expect([...refused.keys()]).toEqual([]);
    expect(compared).toBeGreaterThan(30);
  },
  NO_LIMIT_MILLISECONDS,
);

async function vegaFiles(suffix: RegExp): Promise<StrangersFile[]> {
  const root = fileURLToPath(new URL('../data', import.meta.resolve('vega-datasets')));
  const names = (await readdir(root)).filter((name) => suffix.test(name)).toSorted();
  return names.map((name) => ({ name: `npm vega-datasets/${name}`, path: join(root, name) }));
}
