import { tmpdir } from 'node:os';
import { expireRows, takeSweepTurn } from '@millrace/db';
import type { TrustedDatabaseOptions } from '@millrace/lakehouse';
import type { Logger } from '@millrace/service-kit';
import type { MonitoringServices } from '../processors/monitoring-services.ts';
import { maintainDatasets, maintainOutcomes } from './maintain-lakehouse.ts';
import { removeIngestedArtifacts } from './remove-artifacts.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import type { Retention } from './retention.ts';

export interface RetentionSweepOptions {
  readonly services: MonitoringServices;
  readonly retention: Retention;
  /** Folder of the lakehouse. */
  readonly root: string;
  readonly limits: TrustedDatabaseOptions;
  readonly everySeconds: number;
  readonly holder: string;
  readonly logger: Logger;
}

const HOUR = 3_600_000;
const LEASE_SECONDS = 600;
/** Tables of datasets change by runs, not all day. */
const DATASET_SWEEP_SECONDS = 6 * 3600;
/** Endpoints that were in use within so many periods are maintained: also after a sweep that was missed. */
const PERIODS = 12;

/**
 * Removes what is kept no longer: rows, artifacts, files of tables, what killed processes left. One process of all does it, the
 * others pass. What a sweep did stands in its row and in the log. Returns how much it removed; 0 where another did.
 */
export async function sweepRetention(options: RetentionSweepOptions): Promise<number> {
  const { services, everySeconds, holder, logger } = options;
  const turn = { holder, leaseSeconds: LEASE_SECONDS };
  const swept = await takeSweepTurn(services.dataSource, { ...turn, name: 'retention', everySeconds }, (renew) => sweepOften(options, renew));
  const datasets = await takeSweepTurn(services.dataSource, { ...turn, name: 'datasets', everySeconds: DATASET_SWEEP_SECONDS }, async (renew) => ({
    ...(await maintainDatasets({ dataSource: services.dataSource, logger, renew }, options.root, { ...options.retention, limits: options.limits })),
  }));
  let removed = 0;
  for (const [sweep, result] of Object.entries({ retention: swept, datasets })) {
    const sum = Object.values(result ?? {}).reduce((total, count) => total + count, 0);
    if (result !== undefined && sum > 0) logger.info('swept what is kept no longer', { sweep, ...result });
    removed += sum;
  }
  return removed;
}

async function sweepOften({ services, retention, everySeconds, logger }: RetentionSweepOptions, renew: () => Promise<void>): Promise<Record<string, number>> {
  const { dataSource, storage, tables, workFolder } = services;
  const before = new Date(Date.now() - retention.leftoverHours * HOUR);
  const maintained = await maintainOutcomes({ dataSource, logger, renew }, tables, everySeconds * PERIODS);
  const artifacts = await removeIngestedArtifacts(dataSource, storage, retention.ingestedArtifactHours, renew);
  const rows = await expireRows(dataSource, retention, { onBatch: renew });
  const leftovers = (await removeLeftovers(workFolder, ['artifact-', 'labels-'], before)) + (await removeLeftovers(tmpdir(), ['millrace-duckdb-'], before));
  return { ...maintained, ...artifacts, ...rows, leftovers, leftoverBytes: await storage.removeLeftovers(before) };
}
