import { randomUUID } from 'node:crypto';
import { createDataSource, JobLedger } from '@millrace/db';
import { startJobWorker } from '@millrace/queue';
import type { Logger } from '@millrace/service-kit';
import { openStorage } from '@millrace/storage';
import type { DeployWorkerEnv } from './env.ts';
import { advanceRelease } from './processors/advance-release.processor.ts';

/** Builds the worker and starts taking jobs of the `deploy` queue. */
export async function startDeployWorker(env: DeployWorkerEnv, logger: Logger): Promise<{ close(): Promise<void> }> {
  const dataSource = createDataSource({
    url: env.DATABASE_URL,
    // Releases that wait share few connections.
    poolSize: Math.min(env.CONCURRENCY, 8) + 2,
    applicationName: 'millrace-deploy-worker',
    onConnectionLost: (error) => logger.warn('database connection lost', { error }),
  });
  await dataSource.initialize();
  const timing = {
    pollMilliseconds: env.POLL_MILLISECONDS,
    nodeTimeoutSeconds: env.NODE_TIMEOUT_SECONDS,
    measurementTimeoutSeconds: env.MEASUREMENT_TIMEOUT_SECONDS,
    nodeLostSeconds: env.NODE_LOST_SECONDS,
  };
  const handlers = { 'advance-release': advanceRelease({ dataSource, storage: openStorage(env.STORAGE_URL), timing }) };
  try {
    const worker = await startJobWorker({
      queue: 'deploy',
      queueUrl: env.QUEUE_URL,
      handlers,
      ledger: new JobLedger({ dataSource }),
      concurrency: env.CONCURRENCY,
      leaseSeconds: env.LEASE_SECONDS,
      logger,
      holder: `deploy-${randomUUID()}`,
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
