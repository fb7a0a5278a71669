import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EntityManager } from '@millrace/db';
import { compareCommits, findSnapshot, quarantineNameOf, queryTables, type ResultValue } from '@millrace/lakehouse';
import { digestOf, openStorage } from '@millrace/storage';
import { SMALL_ENDPOINT } from '../../interop/small-endpoint.ts';
import { WATCHED_ENDPOINT } from '../load/prepare-load.ts';
import { SCORES } from '../load/scoring-load.ts';
import type { DatasetFile, DatasetVersionOnDisk, LabelRow, LakeEvidence, PredictionRow } from './lake-evidence.ts';

type Row = Readonly<Record<string, ResultValue>>;

/** Everything that is judged of the lake and of the artifact store, read from the files themselves. */
export async function readLake(manager: EntityManager, folder: string): Promise<LakeEvidence> {
  const lakehouse = join(folder, 'lakehouse');
  const datasets = await manager.query<{ id: string; name: string; location: string }[]>('SELECT id, name, location FROM dataset');
  const tables = datasets.map((dataset) => ({ ...dataset, table: join(lakehouse, dataset.location) }));
  const scores = tables.find(({ name }) => name === SCORES)?.table;
  const store = openStorage(pathToFileURL(join(folder, 'artifacts')).href);
  return {
    predictions: await readPredictions(manager, lakehouse),
    labels: await readLabels(manager, lakehouse, SMALL_ENDPOINT),
    watchedLabels: await readLabels(manager, lakehouse, WATCHED_ENDPOINT),
    files: (await Promise.all(tables.map(filesOfDataset))).flat(),
    versions: (await Promise.all(tables.map((dataset) => versionsOf(manager, dataset)))).flat(),
    compared: await Promise.all(
      tables.map(async ({ id, name, table }) => {
        const rows = await manager.query<{ version: number }[]>('SELECT delta_version AS version FROM dataset_version WHERE dataset_id = $1', [id]);
        return {
          dataset: name,
          ...(await compareCommits(
            table,
            rows.map(({ version }) => version),
          )),
        };
      }),
    ),
    doubledScores: scores === undefined ? 0 : await doubledScores(scores),
    holdsArtifact: async (digest) => (await store.has(digest)) && digestOf(await store.read(digest)) === digest,
  };
}

/** Predictions that came to the lake. */
export async function readPredictions(manager: EntityManager, lakehouse: string): Promise<PredictionRow[]> {
  const rows = await rowsOf(await outcomeTable(manager, lakehouse, 'predictions', SMALL_ENDPOINT), 'event_id, event_time, model_version_id, score');
  return rows.map((row) => ({
    eventId: row['event_id'] as string,
    eventTime: (row['event_time'] as Date).getTime(),
    modelVersionId: row['model_version_id'] as string,
    score: Number(row['score']),
  }));
}

async function readLabels(manager: EntityManager, lakehouse: string, endpoint: string): Promise<LabelRow[]> {
  const rows = await rowsOf(await outcomeTable(manager, lakehouse, 'labels', endpoint), 'event_id, value, label_batch_id');
  return rows.map((row) => ({ eventId: row['event_id'] as string, value: Number(row['value']), batchId: row['label_batch_id'] as string }));
}

async function outcomeTable(manager: EntityManager, lakehouse: string, kind: 'predictions' | 'labels', endpoint: string): Promise<string> {
  const [found] = await manager.query<{ id: string; workspace: string }[]>('SELECT id, workspace_id AS workspace FROM endpoint WHERE name = $1', [endpoint]);
  return join(lakehouse, found?.workspace ?? '', `__${kind}__${found?.id}`);
}

async function rowsOf(table: string, columns: string): Promise<Row[]> {
  return (await findSnapshot(table)) === undefined ? [] : queryTables({ tables: { events: { path: table } }, sql: `SELECT ${columns} FROM events` });
}

/** Of a run that scored, every row has one time. */
async function doubledScores(table: string): Promise<number> {
  const [row] = await queryTables({
    tables: { scores: { path: table } },
    sql: 'SELECT count(*) - count(DISTINCT (departed_at, scored_at)) AS doubled FROM scores',
  });
  return Number(row?.['doubled']);
}

async function filesOfDataset({ name, table }: { readonly name: string; readonly table: string }): Promise<DatasetFile[]> {
  const both = [
    { isQuarantine: false, path: table },
    { isQuarantine: true, path: quarantineNameOf(table) },
  ];
  const files = both.map(async ({ isQuarantine, path }) =>
    [...((await findSnapshot(path))?.files.values() ?? [])].map(({ tags, stats }) => ({
      dataset: name,
      isQuarantine,
      runId: tags?.['millrace.run'] ?? tags?.['millrace.scoring'],
      rows: (JSON.parse(stats ?? '{}') as { numRecords: number }).numRecords,
    })),
  );
  return (await Promise.all(files)).flat();
}

async function versionsOf(manager: EntityManager, { id, table }: { readonly id: string; readonly table: string }): Promise<DatasetVersionOnDisk[]> {
  const recorded = await manager.query<{ id: string; version: number; rows: string }[]>(
    'SELECT id, delta_version AS version, rows FROM dataset_version WHERE dataset_id = $1',
    [id],
  );
  const read = recorded.map(async ({ id: versionId, version, rows }) => ({
    id: versionId,
    recordedRows: Number(rows),
    rows: (await findSnapshot(table, version).catch(() => undefined))?.rows,
  }));
  return Promise.all(read);
}
