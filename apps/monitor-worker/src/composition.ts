import { join } from 'node:path';
import { createDataSource, JobLedger, lakehouseHoldsRows } from '@millrace/db';
import { beginLakehouse } from '@millrace/lakehouse';
import { startJobWorker, startSweeper, type JobHandlers } from '@millrace/queue';
import type { Logger, RunningProcess } from '@millrace/service-kit';
import { folderOf, openStorage } from '@millrace/storage';
import type { MonitorWorkerEnv } from './env.ts';
import { evaluateMonitor } from './processors/evaluate-monitor.processor.ts';
import { ingestLabels } from './processors/ingest-labels.processor.ts';
import { ingestSegment } from './processors/ingest-segment.processor.ts';
import type { MonitoringServices } from './processors/monitoring-services.ts';
import { sweepRetention } from './retention/retention-sweep.ts';
import { DeltaOutcomeTables } from './tables/delta-outcome-tables.ts';

/** What DuckDB may use for one join; the rest of the memory is that of the machine. */
const LIMITS = { memoryLimit: '512MB', threads: 2 };

/** Handlers of every kind of job on the monitoring queue. */
export function monitoringHandlers(services: MonitoringServices): JobHandlers<'monitoring'> {
  return {
    'ingest-segment': (context) => ingestSegment(services, context),
    'ingest-labels': (context) => ingestLabels(services, context),
    'evaluate-monitor': (context) => evaluateMonitor(services, context),
  };
}

/** Wires the process: database, storage, lakehouse, queue. */
export async function startMonitorWorker(env: MonitorWorkerEnv, { logger }: { readonly logger: Logger }): Promise<RunningProcess> {
  const dataSource = await createDataSource({
    url: env.databaseUrl,
    poolSize: env.concurrency + 3,
    applicationName: 'monitor-worker',
    onConnectionLost: (error) => logger.warn('database connection lost', { reason: error.message }),
  }).initialize();
  const root = folderOf(env.lakehouseUrl);
  await beginLakehouse(root, { holdsRows: await lakehouseHoldsRows(dataSource.manager) });
  const workFolder = join(root, '.work', 'monitor-worker');
  const tables = new DeltaOutcomeTables({ root, workFolder, limits: LIMITS, retention: env.retention });
  const services = { dataSource, storage: openStorage(env.storageUrl), tables, workFolder };
  const handlers = monitoringHandlers(services);
  const worker = await startJobWorker({
    queue: 'monitoring',
    queueUrl: env.queueUrl,
    handlers,
    ledger: new JobLedger({ dataSource }),
    concurrency: env.concurrency,
    leaseSeconds: env.leaseSeconds,
    holder: env.holder,
    logger,
  });
  const sweepLogger = logger.child({ part: 'retention' });
  const sweeper = startSweeper({
    sweep: () =>
      sweepRetention({
        services,
        root,
        limits: LIMITS,
        retention: env.retention,
        everySeconds: env.retentionSweepSeconds,
        holder: env.holder,
        logger: sweepLogger,
      }),
    everySeconds: env.retentionSweepSeconds,
    logger: sweepLogger,
  });
  return {
    close: async () => {
      await worker.close();
      await sweeper.close();
      await dataSource.destroy();
    },
  };
}
