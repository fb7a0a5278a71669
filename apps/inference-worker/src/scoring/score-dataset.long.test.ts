import { MillraceError, type Column } from '@millrace/contracts';
import { appendRows, queryTables } from '@millrace/lakehouse';
import { onnxModelBytes } from '@millrace/onnx-graph';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { divisionModel, gatherModel } from '../fixtures/faulty-models.fixture.ts';
import { flightModel, model as modelOf, type FixtureModel } from '../fixtures/models.fixture.ts';
import { recordingLogger } from '../fixtures/recording-logger.fixture.ts';
import { scoreDataset } from './score-dataset.ts';
import type { ScoredDataset } from './scored-commit.ts';

const SCHEMA: Column[] = [
  { name: 'id', type: 'string', nullable: false },
  { name: 'distance', type: 'double', nullable: true },
  { name: 'origin', type: 'string', nullable: true },
  { name: 'flight', type: 'long', nullable: true },
];
const FILES = 5;
const ROWS_PER_FILE = 3000;

let root: string;
let messages: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-scoring-'));
  messages = [];
  for (let file = 0; file < FILES; file++) {
    const lines = Array.from({ length: ROWS_PER_FILE }, (_, row) => {
      const id = file * ROWS_PER_FILE + row;
      return JSON.stringify({ id: String(id), distance: id === 5 ? null : id, origin: id === 9 ? null : 'SFO', flight: id === 7 ? null : 2 * id });
    });
    const path = join(root, 'rows.ndjson');
    await writeFile(path, lines.join('\n'));
    await appendRows({ table: join(root, 'flights'), files: [path], columns: SCHEMA, transaction: { appId: 'fixture', version: file } });
  }
});
afterEach(() => rm(root, { recursive: true }));

interface Attempt {
  readonly scoringRunId?: string;
  readonly model?: FixtureModel;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly keyColumns?: readonly string[];
  readonly onProgress?: (rows: number, totalRows: number) => void;
}

async function score({
  scoringRunId = 'srun_1',
  model = flightModel(0.5),
  threads = 2,
  keyColumns = ['id'],
  signal,
  onProgress,
}: Attempt = {}): Promise<ScoredDataset> {
  const path = join(root, 'model.onnx');
  await writeFile(path, model.bytes);
  return scoreDataset({
    scoringRunId,
    stagingFolder: join(root, '.work', scoringRunId),
    threads,
    onProgress: onProgress ?? (() => undefined),
    signal: signal ?? new AbortController().signal,
    logger: recordingLogger(messages),
    job: {
      artifact: { path, digest: model.version.artifactDigest },
      providers: ['cuda', 'cpu'],
      signature: model.version.signature,
      batching: 'proven',
      source: { table: join(root, 'flights'), version: FILES - 1, schema: SCHEMA },
      keyColumns,
      modelVersionId: 'mv_1',
      target: { table: join(root, 'scores'), filePrefix: `scoring-${scoringRunId}-`, tags: {} },
    },
  });
}

const ask = (sql: string): Promise<Record<string, unknown>[]> => queryTables({ tables: { scores: { path: join(root, 'scores') } }, sql });
const dataFiles = async (): Promise<number> => (await readdir(join(root, 'scores')).catch(() => [])).filter((name) => name.endsWith('.parquet')).length;

it('every row of every file is scored once, beside its key, the version and the time; a row that cannot be is kept with the reason', async () => {
  const seen: number[] = [];
  const scored = await score({ onProgress: (rows) => seen.push(rows) });
  expect(scored).toMatchObject({ deltaVersion: 0, rows: FILES * ROWS_PER_FILE, rejected: 1 });
  expect(seen.at(-1)).toBe(FILES * ROWS_PER_FILE);
  expect(await ask('SELECT count(*) AS rows, count(DISTINCT id) AS ids, count(scored_at) AS times FROM scores')).toEqual([
    { rows: 15_000, ids: 15_000, times: 15_000 },
  ]);
  expect(
    await ask(`SELECT count(*) AS wrong FROM scores WHERE score <> id::DOUBLE + 0.5 OR flight_out <> 2 * id::BIGINT OR model_version_id <> 'mv_1'`),
  ).toEqual([{ wrong: 1 }]);
  expect(await ask(`SELECT id, score, origin_out, rejection FROM scores WHERE id IN ('5', '7', '8', '9') ORDER BY id`)).toEqual([
    { id: '5', score: Number.NaN, origin_out: 'SFO', rejection: null },
    { id: '7', score: null, origin_out: null, rejection: expect.stringContaining('"flight" is missing') },
    { id: '8', score: 8.5, origin_out: 'SFO', rejection: null },
    // A missing text is an empty one, as when it is served.
    { id: '9', score: 9.5, origin_out: '', rejection: null },
  ]);
});

it('a run that is delivered again finds its commit and writes nothing', async () => {
  const first = await score();
  expect(await score()).toEqual(first);
  expect(await ask('SELECT count(*) AS rows FROM scores')).toEqual([{ rows: 15_000 }]);
});

it('two attempts at once leave one set of rows and agree on its version, whatever others write meanwhile', async () => {
  const [first, second, other] = await Promise.all([score({ threads: 1 }), score({ threads: 1 }), score({ scoringRunId: 'srun_2', threads: 1 })]);
  expect(second).toEqual(first);
  expect(other.deltaVersion).not.toBe(first.deltaVersion);
  expect(await ask('SELECT count(*) AS rows FROM scores')).toEqual([{ rows: 30_000 }]);
  expect(await dataFiles()).toBe(2 * FILES);
  expect(await readdir(join(root, '.work'))).toEqual([]);
});

it('a run that was cut off goes on with the files that are left, and leaves nothing behind', async () => {
  const cut = new AbortController();
  const stopped = score({
    threads: 1,
    signal: cut.signal,
    onProgress: (rows) => {
      if (rows > 2 * ROWS_PER_FILE) cut.abort(new MillraceError('JOB_CANCELLED', 'cut off'));
    },
  });
  await expect(stopped).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  const finished = await readdir(join(root, '.work', 'srun_1'));
  expect(finished.length).toBeGreaterThanOrEqual(2);
  expect(finished.length).toBeLessThan(FILES);
  await expect(ask('SELECT 1')).rejects.toMatchObject({ code: 'NOT_FOUND' });

  expect(await score()).toMatchObject({ rows: FILES * ROWS_PER_FILE, rejected: 1 });
  expect(messages).toContain('an earlier attempt has scored some files');
  expect(await ask('SELECT count(*) AS rows, count(DISTINCT id) AS ids FROM scores')).toEqual([{ rows: 15_000, ids: 15_000 }]);
  expect(await dataFiles()).toBe(FILES);
  expect(await readdir(join(root, '.work'))).toEqual([]);
});

it('a second run adds its rows to the same table', async () => {
  await score();
  expect(await score({ scoringRunId: 'srun_2', model: flightModel(1) })).toMatchObject({ deltaVersion: 1 });
  expect(await ask('SELECT count(*) AS rows FROM scores')).toEqual([{ rows: 30_000 }]);
});

it('an artifact that was altered, or is away, fails the run before anything is written', async () => {
  const { version } = flightModel(1);
  await expect(score({ model: { bytes: flightModel(2).bytes, version } })).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' });
  expect(await dataFiles()).toBe(0);
});

it('a table that lacks an input is refused by name', async () => {
  const model = flightModel(1);
  const signature = { ...model.version.signature, inputs: [{ name: 'wind', datatype: 'FP32' as const, shape: [-1, 1] }] };
  await expect(score({ model: { ...model, version: { ...model.version, signature } } })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    fields: { missing: ['wind'] },
  });
});

it('columns that would collide are refused before a row is scored', async () => {
  await expect(score({ keyColumns: ['id', 'Rejection'] })).rejects.toMatchObject({ code: 'BAD_INPUT', fields: { column: 'Rejection' } });
  expect(await dataFiles()).toBe(0);
});

/** Scores rows of the gather model, which fails on an index beyond 3. */
async function gather(name: string, indices: readonly number[]): Promise<ScoredDataset> {
  const { bytes, version } = gatherModel();
  const columns: Column[] = [{ name: 'index', type: 'long', nullable: true }];
  const rows = join(root, `${name}.ndjson`);
  await writeFile(rows, indices.map((index) => JSON.stringify({ index })).join('\n'));
  await appendRows({ table: join(root, name), files: [rows], columns, transaction: { appId: 'fixture', version: 0 } });
  const path = join(root, 'gather.onnx');
  await writeFile(path, bytes);
  return scoreDataset({
    scoringRunId: `srun_${name}`,
    stagingFolder: join(root, '.work', name),
    threads: 1,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    logger: recordingLogger(messages),
    job: {
      providers: ['cpu'],
      artifact: { path, digest: version.artifactDigest },
      signature: version.signature,
      batching: 'proven',
      source: { table: join(root, name), version: 0, schema: columns },
      keyColumns: ['index'],
      modelVersionId: 'mv_1',
      target: { table: join(root, 'scores'), filePrefix: `${name}-`, tags: {} },
    },
  });
}

it('a row that the model fails on is kept with what it says, and all others are scored', async () => {
  const indices = Array.from({ length: 3000 }, (_, row) => (row === 5 || row === 1500 || row === 2999 ? 99 : row % 4));
  expect(await gather('some', indices)).toMatchObject({ rows: 3000, rejected: 3 });
  expect(await ask('SELECT count(*) AS n FROM scores WHERE score = 10 + "index" AND rejection IS NULL')).toEqual([{ n: 2997 }]);
  expect(await ask('SELECT count(*) AS n FROM scores WHERE "index" = 99 AND score IS NULL AND rejection LIKE \'%out of data bounds%\'')).toEqual([{ n: 3 }]);
});

it('a model that fails on all rows fails its run, and writes nothing', async () => {
  await expect(gather('none', new Array<number>(100).fill(99))).rejects.toMatchObject({ code: 'MODEL_INVALID', retryable: false });
  expect(await dataFiles()).toBe(0);
});

it('a model that traps fails its run with the reason, and takes nothing else with it', async () => {
  const { bytes, version } = divisionModel();
  const columns: Column[] = [
    { name: 'x', type: 'long', nullable: false },
    { name: 'y', type: 'long', nullable: false },
  ];
  const rows = join(root, 'divisions.ndjson');
  // y is the divisor less one: the model adds one to it.
  await writeFile(rows, '{"x": -9223372036854775808, "y": -2}\n');
  await appendRows({ table: join(root, 'divisions'), files: [rows], columns, transaction: { appId: 'fixture', version: 0 } });
  const path = join(root, 'division.onnx');
  await writeFile(path, bytes);
  const run = scoreDataset({
    scoringRunId: 'srun_trap',
    stagingFolder: join(root, '.work', 'srun_trap'),
    threads: 1,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    logger: recordingLogger(messages),
    job: {
      providers: ['cpu'],
      artifact: { path, digest: version.artifactDigest },
      signature: version.signature,
      batching: 'proven',
      source: { table: join(root, 'divisions'), version: 0, schema: columns },
      keyColumns: [],
      modelVersionId: 'mv_1',
      target: { table: join(root, 'quotients'), filePrefix: 'srun_trap-', tags: {} },
    },
  });
  await expect(run).rejects.toMatchObject({ code: 'MODEL_INVALID', retryable: false, message: expect.stringContaining('SIGFPE') as string });
  expect(await score()).toMatchObject({ rows: FILES * ROWS_PER_FILE });
});

it('rows that would see each other are scored one by one, and each is what it is alone', async () => {
  const [input, output] = ['distance', 'total'].map((name) => ({ name, datatype: 'FP32' as const, shape: [-1, 1] }));
  const values = [input, output].map((spec) => ({ name: spec?.name ?? '', type: 'FP32' as const, shape: ['rows', 1] }));
  const bytes = onnxModelBytes({
    inputs: values.slice(0, 1),
    outputs: values.slice(1),
    initializers: [{ name: 'axis', type: 'INT64', shape: [], values: [0] }],
    nodes: [{ op: 'CumSum', inputs: ['distance', 'axis'], outputs: ['total'] }],
  });
  const signature = { inputs: input === undefined ? [] : [input], outputs: output === undefined ? [] : [output], features: [] };
  await score({ model: modelOf(bytes, signature, {}) });
  expect(messages).toContain('rows are scored one by one');
  expect(await ask("SELECT count(*) AS wrong FROM scores WHERE total IS DISTINCT FROM CAST(id AS FLOAT) AND rejection IS NULL AND id <> '5'")).toEqual([
    { wrong: 0 },
  ]);
  expect(await ask('SELECT count(*) AS rows FROM scores')).toEqual([{ rows: FILES * ROWS_PER_FILE }]);
});
