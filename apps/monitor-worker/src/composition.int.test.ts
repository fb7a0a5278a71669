import { access, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Job, MonitorWindow, Outbox } from '@millrace/db';
import { startOutboxRelay } from '@millrace/queue';
import { createLogger } from '@millrace/service-kit';
import { createEmptyDatabase, createTestDatabase, temporaryFolder } from '@millrace/testing';
import { expect, it } from 'vitest';
import { startMonitorWorker } from './composition.ts';
import { MonitoredEndpoint, predictionsOf } from './fixtures/monitoring.fixture.ts';
import { RETENTION } from './fixtures/retention.fixture.ts';

it('a running worker takes in what is enqueued, closes the windows, stops when told, and begins no new lakehouse where the old one is away', async () => {
  const [database, queue, folder] = await Promise.all([createTestDatabase(), createEmptyDatabase(), temporaryFolder()]);
  const logger = createLogger({ service: 'test', level: 'silent' });
  const env = {
    databaseUrl: database.url,
    queueUrl: queue.url,
    leaseSeconds: 30,
    concurrency: 2,
    retentionSweepSeconds: 60,
    retention: RETENTION,
    holder: 'test',
    storageUrl: `file://${join(folder.path, 'artifacts')}`,
    lakehouseUrl: `file://${join(folder.path, 'lakehouse')}`,
  };
  const relay = await startOutboxRelay({ queueUrl: queue.url, outbox: new Outbox({ dataSource: database.dataSource }), logger });
  let worker = await startMonitorWorker(env, { logger });
  const { manager } = database.dataSource;
  try {
    const endpoint = await MonitoredEndpoint.build(database.dataSource, folder.path);
    const predictions = predictionsOf(0, 50);
    await endpoint.uploadSegment([...predictions, ...predictionsOf(1, 10)]);
    await endpoint.uploadLabels(Object.fromEntries(predictions.map(({ id }, i) => [id, i % 2 === 0 ? 1 : 0])));
    await expect
      .poll(() => manager.find(MonitorWindow, { order: { windowStart: 'ASC' } }), { timeout: 20_000 })
      .toMatchObject([
        { status: 'CLOSED', rows: 50, performance: { labels: 50, coverage: 1 } },
        { status: 'OPEN', rows: 10 },
      ]);
    await expect.poll(() => manager.countBy(Job, { status: 'SUCCEEDED' }), { timeout: 20_000 }).toBe(await manager.count(Job));

    await worker.close();
    const lakehouse = join(folder.path, 'lakehouse');
    await rename(lakehouse, `${lakehouse}-away`);
    worker = await startMonitorWorker(env, { logger });
    await expect(access(lakehouse)).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    await worker.close();
    await relay.close();
    await Promise.all([database.drop(), queue.drop(), folder.remove()]);
  }
});
