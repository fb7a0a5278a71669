import { rm } from 'node:fs/promises';
import { createDataSource, JobLedger, lakehouseHoldsRows } from '@millrace/db';
import { beginLakehouse, SqlEngine } from '@millrace/lakehouse';
import { startJobWorker, startSweeper } from '@millrace/queue';
import type { Logger } from '@millrace/service-kit';
import { folderOf } from '@millrace/storage';
import type { EtlWorkerEnv } from './env.ts';
import { assessAvailabilityProcessor } from './processors/assess-availability.processor.ts';
import type { EtlServices } from './processors/etl-services.ts';
import { runPipelineProcessor } from './processors/run-pipeline.processor.ts';
import { sweepReconcile } from './reconcile/reconcile-lakehouse.ts';
import { openSpillFolder } from './spill-folder.ts';

/** An engine process is replaced after so many jobs, whatever it may have leaked. */
const JOBS_PER_PROCESS = 50;
/** The queue ends a job earlier by its own limit; this one stands for an engine that no longer listens. */
const ENGINE_TIMEOUT_MILLISECONDS = 2 * 3_600_000;

/** Builds and starts the worker: it takes jobs of the `etl` queue until it is closed. */
export async function startEtlWorker(env: EtlWorkerEnv, logger: Logger): Promise<{ close(): Promise<void> }> {
  const lakehouseFolder = folderOf(env.lakehouseUrl);
  const spillFolder = await openSpillFolder(env.spillRoot, process.pid);
  const dataSource = await createDataSource({
    url: env.databaseUrl,
    poolSize: env.concurrency + 3,
    applicationName: env.holder,
    onConnectionLost: (error) => logger.warn('database connection lost', { reason: error.message }),
  }).initialize();
  await beginLakehouse(lakehouseFolder, { holdsRows: await lakehouseHoldsRows(dataSource.manager) });
  const engine = new SqlEngine({
    memoryLimit: `${env.engineMemoryMegabytes}MB`,
    threads: env.engineThreads,
    temporaryFolder: spillFolder,
    temporaryLimit: '50GB',
    timeoutMilliseconds: ENGINE_TIMEOUT_MILLISECONDS,
    jobsPerProcess: JOBS_PER_PROCESS,
  });
  const services: EtlServices = { dataSource, engine, lakehouseFolder, sourceFolders: env.sourceFolders };
  const release = async (): Promise<void> => {
    engine.close();
    await dataSource.destroy();
    await rm(spillFolder, { recursive: true, force: true });
  };
  try {
    const worker = await startJobWorker({
      queue: 'etl',
      queueUrl: env.queueUrl,
      concurrency: env.concurrency,
      leaseSeconds: env.leaseSeconds,
      logger,
      holder: env.holder,
      ledger: new JobLedger({ dataSource }),
      handlers: { 'run-pipeline': runPipelineProcessor(services), 'assess-availability': assessAvailabilityProcessor(services) },
    });
    const reconcileLogger = logger.child({ part: 'reconcile' });
    const reconciler = startSweeper({
      sweep: () => sweepReconcile({ dataSource, lakehouseFolder, logger: reconcileLogger, holder: env.holder, everySeconds: env.reconcileSeconds }),
      everySeconds: env.reconcileSeconds,
      logger: reconcileLogger,
    });
    return {
      close: async () => {
        await reconciler.close();
        await worker.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
