import { createDataSource, JobLedger } from '@millrace/db';
import { startJobWorker } from '@millrace/queue';
import type { Logger } from '@millrace/service-kit';
import { folderOf, openStorage } from '@millrace/storage';
import type { TrainingWorkerEnv } from './env.ts';
import { runTrainingProcessor } from './processors/run-training.processor.ts';

/** Builds and starts the worker: it takes jobs of the `training` queue until it is closed. */
export async function startTrainingWorker(env: TrainingWorkerEnv, logger: Logger): Promise<{ close(): Promise<void> }> {
  const dataSource = await createDataSource({
    url: env.databaseUrl,
    poolSize: env.concurrency + 3,
    applicationName: env.holder,
    onConnectionLost: (error) => logger.warn('database connection lost', { reason: error.message }),
  }).initialize();
  const services = { dataSource, artifacts: openStorage(env.storageUrl), lakehouseFolder: folderOf(env.lakehouseUrl) };
  try {
    const worker = await startJobWorker({
      queue: 'training',
      queueUrl: env.queueUrl,
      concurrency: env.concurrency,
      leaseSeconds: env.leaseSeconds,
      logger,
      holder: env.holder,
      ledger: new JobLedger({ dataSource }),
      handlers: { 'run-training': runTrainingProcessor(services) },
    });
    return {
      close: async () => {
        await worker.close();
        await dataSource.destroy();
      },
    };
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
