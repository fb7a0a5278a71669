import { join } from 'node:path';
import type { DataSource } from '@millrace/db';
import { compareCommits, findSnapshot, queryTables, type ResultValue } from '@millrace/lakehouse';
import { SMALL_ENDPOINT } from '../interop/small-endpoint.ts';
import { DATASET, ENDPOINT, LOADED_PER_MONTH, type Acknowledged } from './chaos-load.ts';

type Demand = (holds: boolean, what: string) => void;

interface Run {
  readonly id: string;
  readonly status: string;
  readonly versions: number;
  readonly named: boolean;
  readonly month: string;
  readonly begun: boolean;
}

const RUNS = `
  SELECT r.id, j.status, j.commit_begun_at IS NOT NULL AS begun, r.dataset_version_id IS NOT NULL AS named, to_char(r.interval_start AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
    (SELECT count(*)::int FROM dataset_version v WHERE v.pipeline_run_id = r.id) AS versions
  FROM pipeline_run r JOIN job j ON j.id = r.job_id JOIN pipeline p ON p.id = r.pipeline_id WHERE p.name = '${DATASET}'`;

/** How many jobs have not ended yet. */
export async function unfinishedJobs(database: DataSource): Promise<number> {
  const [row] = await database.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM job WHERE status IN ('QUEUED', 'RUNNING')`);
  return row?.count ?? 0;
}

/** Every invariant that does not hold, in words. */
export async function judgeChaos(database: DataSource, lakehouse: string, acknowledged: Acknowledged): Promise<string[]> {
  const broken: string[] = [];
  const demand: Demand = (holds, what) => void (holds || broken.push(what));
  const runs = await database.query<Run[]>(RUNS);
  const workspaceId = (await database.query<{ id: string }[]>(`SELECT workspace_id AS id FROM endpoint WHERE name = $1`, [ENDPOINT]))[0]?.id ?? '';
  const table = join(lakehouse, workspaceId, DATASET);
  const known = new Map(runs.map((run) => [run.id, run]));
  for (const id of acknowledged.runs) demand(known.has(id), `the acknowledged run ${id} is gone`);
  for (const { id, status, versions, named, begun } of runs) {
    const succeeded = status === 'SUCCEEDED';
    demand(versions === (succeeded ? 1 : 0) && named === succeeded, `the run ${id} is ${status} and has ${versions} versions`);
    demand(!begun, `the run ${id} ended and is still committing`);
  }
  await judgeTable(table, runs, demand);
  await judgeTable(`${table}__quarantine`, runs, demand, 1);
  const recorded = await database.query<{ version: number }[]>(
    `SELECT v.delta_version AS version FROM dataset_version v JOIN dataset d ON d.id = v.dataset_id WHERE d.name = $1`,
    [DATASET],
  );
  const compared = await compareCommits(
    table,
    recorded.map(({ version }) => version),
  );
  for (const [what, found] of Object.entries(compared) as [string, readonly unknown[]][]) demand(found.length === 0, `${what}: ${JSON.stringify(found)}`);
  judgeEvents('labels', acknowledged.labels, await eventsIn(database, lakehouse, 'labels', ENDPOINT), demand);
  judgeEvents('predictions', acknowledged.predictions, await eventsIn(database, lakehouse, 'predictions', SMALL_ENDPOINT), demand);
  return broken;
}

/** Of every month that a run loaded, the rows of one successful run are there, once. */
async function judgeTable(path: string, runs: readonly Run[], demand: Demand, rowsPerMonth = LOADED_PER_MONTH): Promise<void> {
  const snapshot = await findSnapshot(path);
  const live = new Map<string, number>();
  for (const { tags, stats } of snapshot?.files.values() ?? []) {
    const run = runs.find(({ id }) => id === tags?.['millrace.run']);
    demand(run?.status === 'SUCCEEDED', `${path} has rows of the run ${tags?.['millrace.run']}, which is ${run?.status}`);
    const month = run?.month ?? '';
    live.set(month, (live.get(month) ?? 0) + (JSON.parse(stats ?? '{}') as { numRecords: number }).numRecords);
  }
  for (const month of new Set(runs.filter(({ status }) => status === 'SUCCEEDED').map((run) => run.month)))
    demand(live.get(month) === rowsPerMonth, `${path} has ${live.get(month)} rows of ${month} and not ${rowsPerMonth}`);
}

/** What was acknowledged of a kind is in the lake, none of it twice; what was sent without an answer may be there, once. */
function judgeEvents(kind: string, acknowledged: readonly string[], counts: ReadonlyMap<string, number>, demand: Demand): void {
  const lost = acknowledged.filter((event) => !counts.has(event));
  demand(lost.length === 0, `${lost.length} of ${acknowledged.length} acknowledged ${kind} are lost, for example ${lost[0]}`);
  const doubled = [...counts].filter(([, times]) => times > 1);
  demand(doubled.length === 0, `${doubled.length} ${kind} are there twice, for example ${doubled[0]?.[0]}`);
}

/** How often each event is in a table of an endpoint: `__labels__<id>` or `__predictions__<id>`. */
async function eventsIn(database: DataSource, lakehouse: string, kind: 'labels' | 'predictions', endpoint: string): Promise<ReadonlyMap<string, number>> {
  const [found] = await database.query<{ id: string; workspace: string }[]>(`SELECT id, workspace_id AS workspace FROM endpoint WHERE name = $1`, [endpoint]);
  const path = join(lakehouse, found?.workspace ?? '', `__${kind}__${found?.id}`);
  if ((await findSnapshot(path)) === undefined) return new Map();
  const tables = { events: { path, columns: [{ name: 'event_id', type: 'string' as const }] } };
  const rows: Record<string, ResultValue>[] = await queryTables({ tables, sql: 'SELECT event_id, count(*) AS n FROM events GROUP BY event_id' });
  return new Map(rows.map((row) => [row['event_id'] as string, Number(row['n'])]));
}

/** How many predictions that were answered have not come to the lake yet. */
export async function missingPredictions(database: DataSource, lakehouse: string, { predictions }: Acknowledged): Promise<number> {
  const counts = await eventsIn(database, lakehouse, 'predictions', SMALL_ENDPOINT);
  return predictions.filter((event) => !counts.has(event)).length;
}
