import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import type { DataSource } from '@millrace/db';
import { cleanLog, compactTable, findSnapshot, quarantineNameOf, vacuumTable, type TrustedDatabaseOptions } from '@millrace/lakehouse';
import type { Logger } from '@millrace/service-kit';
import type { MaintainedTables, OutcomePlace, OutcomeTables, SettledTransactions } from '../tables/outcome-tables.ts';

const HOUR = 3_600_000;

/** Endpoints to which something came since the last sweep, and some time before it: what is maintained twice costs little. */
const BUSY_ENDPOINTS = `
  SELECT DISTINCT workspace_id AS "workspaceId", endpoint_id AS "endpointId" FROM (
    SELECT workspace_id, endpoint_id FROM prediction_segment WHERE updated_at > now() - make_interval(secs => $1)
    UNION ALL SELECT workspace_id, endpoint_id FROM label_batch WHERE updated_at > now() - make_interval(secs => $1)
  ) AS busy`;

/** An attempt that was overtaken while its process stood still may go on, and commit what another one has: for so long the log knows better. */
const OVERTAKEN_SECONDS = 900;

function settledIn(table: 'prediction_segment' | 'label_batch'): string {
  return `
    SELECT given.id FROM unnest($1::text[]) AS given(id) LEFT JOIN ${table} row ON row.id = given.id
    WHERE row.id IS NULL OR (row.status = 'INGESTED' AND row.updated_at < now() - make_interval(secs => ${OVERTAKEN_SECONDS}))`;
}

const SETTLED = { segment: settledIn('prediction_segment'), labels: settledIn('label_batch') };

/** What a version of a dataset is kept for, whatever its age: runs that read it, models and evaluations that rest on it. */
const DATASETS = `
  SELECT d.location, coalesce(array_agg(v.delta_version) FILTER (
    WHERE v.created_at > now() - make_interval(secs => $1::float8 * 3600)
      OR EXISTS (SELECT FROM training_run r WHERE r.dataset_version_id = v.id)
      OR EXISTS (SELECT FROM evaluation e WHERE e.dataset_version_id = v.id)
      OR EXISTS (SELECT FROM scoring_run s WHERE s.dataset_version_id = v.id OR s.output_dataset_version_id = v.id)
      OR EXISTS (SELECT FROM availability_assessment a WHERE a.dataset_version_id = v.id)
      OR v.delta_version = (SELECT max(n.delta_version) FROM dataset_version n WHERE n.dataset_id = d.id)
  ), '{}') AS kept
  FROM dataset d LEFT JOIN dataset_version v ON v.dataset_id = d.id GROUP BY d.id, d.location`;

/** Delta's own defaults: 30 days of log, 7 days of removed files. */
const LOG_HOURS = 30 * 24;

const NOTHING: MaintainedTables = { filesCompacted: 0, logFilesRemoved: 0, filesRemoved: 0, bytesRemoved: 0 };

export interface LakehouseMaintenance {
  readonly dataSource: DataSource;
  readonly logger: Logger;
  readonly renew: () => Promise<void>;
}

/** Compacts and cleans the prediction and label tables of the endpoints that are in use. */
export async function maintainOutcomes({ dataSource, logger, renew }: LakehouseMaintenance, tables: OutcomeTables, seconds: number): Promise<MaintainedTables> {
  const places: OutcomePlace[] = await dataSource.query(BUSY_ENDPOINTS, [seconds]);
  const settled = settledTransactions(dataSource);
  let total = NOTHING;
  for (const place of places) {
    total = added(total, await orNothing(logger, place.endpointId, () => tables.maintain(place, settled)));
    await renew();
  }
  return total;
}

/** Tells by their rows which segments and batches nobody sends again. */
export function settledTransactions(dataSource: DataSource): SettledTransactions {
  return async (kind, ids) => {
    const rows: { id: string }[] = await dataSource.query(SETTLED[kind], [ids]);
    return rows.map(({ id }) => id);
  };
}

/** Compacts, cleans and vacuums the tables of datasets and their quarantine, but for the versions that something rests on. */
export async function maintainDatasets(
  { dataSource, logger, renew }: LakehouseMaintenance,
  root: string,
  {
    datasetVersionHours,
    leftoverHours,
    limits,
  }: { readonly datasetVersionHours: number; readonly leftoverHours: number; readonly limits: TrustedDatabaseOptions },
): Promise<MaintainedTables> {
  const datasets: { location: string; kept: number[] }[] = await dataSource.query(DATASETS, [datasetVersionHours]);
  let total = NOTHING;
  for (const { location, kept } of datasets) {
    for (const [table, keptVersions] of [
      [join(root, location), kept],
      [join(root, quarantineNameOf(location)), []],
    ] as const) {
      total = added(
        total,
        await orNothing(logger, table, async () => {
          if ((await findSnapshot(table)) === undefined) return NOTHING;
          const { removed } = await compactTable(table, { limits });
          const logFilesRemoved = await cleanLog(table, { retentionMilliseconds: LOG_HOURS * HOUR, keptVersions });
          const { files, bytes } = await vacuumTable(table, { stagedMilliseconds: leftoverHours * HOUR, keptVersions });
          return { filesCompacted: removed, logFilesRemoved, filesRemoved: files, bytesRemoved: bytes };
        }),
      );
      await renew();
    }
  }
  return total;
}

/** One table that cannot be maintained does not hold up the others. */
async function orNothing(logger: Logger, table: string, work: () => Promise<MaintainedTables>): Promise<MaintainedTables> {
  try {
    return await work();
  } catch (error) {
    logger.warn('a table could not be maintained', { table, reason: MillraceError.wrap(error).message });
    return NOTHING;
  }
}

function added(left: MaintainedTables, right: MaintainedTables): MaintainedTables {
  return {
    filesCompacted: left.filesCompacted + right.filesCompacted,
    logFilesRemoved: left.logFilesRemoved + right.logFilesRemoved,
    filesRemoved: left.filesRemoved + right.filesRemoved,
    bytesRemoved: left.bytesRemoved + right.bytesRemoved,
  };
}
