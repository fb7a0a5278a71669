import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDataSource } from '@millrace/db';
import { expect, it } from 'vitest';
import { writeSmallFlights } from '../interop/small-endpoint.ts';
import { MillraceSystem } from '../stories/millrace-system.ts';
import { loadWithFaults, prepareChaos, SOURCE_ROWS } from './chaos-load.ts';
import { judgeChaos, missingPredictions, unfinishedJobs } from './judge-chaos.ts';
import { seededRandom } from './seeded-random.ts';

const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 30);
/** A parked or expired job is taken up again within this time. */
const SETTLE_MILLISECONDS = 300_000;

it(
  `seed ${SEED}: after ${SECONDS} s of kills, stops and restarts everything that was acknowledged is there once, and tables, versions and jobs agree`,
  async () => {
    const system = await MillraceSystem.start(async (sources) => {
      await writeSmallFlights(sources);
      await writeFile(join(sources, 'numbers.csv'), `at,n\n${SOURCE_ROWS.join('\n')}\n`);
    });
    const lakehouse = join(system.folder, 'lakehouse');
    try {
      const pipelineId = await prepareChaos(system);
      const acknowledged = await loadWithFaults(system, pipelineId, { random: seededRandom(SEED), seconds: SECONDS });
      const database = await createDataSource({ url: await system.databaseUrl() }).initialize();
      try {
        // The last segment of the node closes by its age.
        await expect.poll(() => missingPredictions(database, lakehouse, acknowledged).catch(() => -1), { timeout: SETTLE_MILLISECONDS, interval: 500 }).toBe(0);
        await expect.poll(() => unfinishedJobs(database).catch(() => -1), { timeout: SETTLE_MILLISECONDS, interval: 500 }).toBe(0);
        const faults = `after ${acknowledged.faults.join(', ')}`;
        expect(await judgeChaos(database, lakehouse, acknowledged), faults).toEqual([]);
        expect(acknowledged.runs.length).toBeGreaterThan(0);
        expect(acknowledged.labels.length).toBeGreaterThan(0);
        expect(acknowledged.predictions.length).toBeGreaterThan(0);
        expect(acknowledged.faults.length).toBeGreaterThan(0);
      } finally {
        await database.destroy();
      }
    } finally {
      await system.stop();
    }
  },
  SECONDS * 1000 + SETTLE_MILLISECONDS + 120_000,
);
