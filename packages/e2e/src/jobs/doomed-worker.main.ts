import { createDataSource, fencedTransaction, JobLedger } from '@millrace/db';
import { startJobWorker } from '@millrace/queue';
import { createLogger } from '@millrace/service-kit';

/** A process that writes the effect of its job and hangs before the commit. It waits to be killed. */
const { databaseUrl, queueUrl, leaseSeconds } = JSON.parse(process.argv[2] ?? '{}') as { databaseUrl: string; queueUrl: string; leaseSeconds: number };
const dataSource = await createDataSource({ url: databaseUrl, poolSize: 4 }).initialize();

await startJobWorker({
  queue: 'etl',
  queueUrl,
  ledger: new JobLedger({ dataSource }),
  concurrency: 1,
  leaseSeconds,
  holder: 'doomed',
  logger: createLogger({ service: 'doomed', level: 'silent' }),
  handlers: {
    'run-pipeline': async ({ lease }) =>
      fencedTransaction(dataSource, lease, async (manager) => {
        await manager.query('INSERT INTO effect VALUES ($1, $2)', [lease.jobId, lease.attempt]);
        process.send?.('writing');
        return new Promise<never>(() => {});
      }),
    'assess-availability': async () => ({ verdict: 'AVAILABLE' }),
  },
});
process.send?.('ready');
