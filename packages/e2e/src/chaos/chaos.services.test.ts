import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSmallFlights } from '../interop/small-endpoint.ts';
import { startChaosWorld, type ChaosWorld } from './chaos-world.ts';
import { EVERY_INVARIANT } from './judge/every-invariant.ts';
import { gatherEvidence } from './judge/gather-evidence.ts';
import { judge, type Evidence } from './judge/invariant.ts';
import { keepScene } from './keep-scene.ts';
import { loadWithFaults } from './load/load-with-faults.ts';
import { NUMBERS, NUMBERS_CSV } from './load/pipeline-load.ts';
import { prepareLoad } from './load/prepare-load.ts';
import { settle, SETTLE_MILLISECONDS } from './settle.ts';
import { tellWhatHappened, timed } from './tell-what-happened.ts';

const SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 20);
/** A folder for what a seed that failed leaves. */
const KEEP = process.env['CHAOS_KEEP'];
const START_MILLISECONDS = 180_000;

describe(`seed ${SEED}: kills, stops, restarts, full disks, lost queues and darkness for ${SECONDS} s`, () => {
  let world: ChaosWorld;
  let evidence: Evidence;
  let verdict: readonly string[] | undefined;
  beforeAll(
    async () => {
      const starting = startChaosWorld(SEED, async (sources) => {
        await writeSmallFlights(sources);
        await writeFile(join(sources, `${NUMBERS}.csv`), NUMBERS_CSV);
      });
      world = await timed('starting', starting);
      const subjects = await timed('preparing', prepareLoad(world));
      await timed('the load', loadWithFaults(world, subjects, SECONDS));
      await timed('coming to rest', settle(world, subjects));
      process.stdout.write(await tellWhatHappened(world));
      evidence = await gatherEvidence(world);
    },
    START_MILLISECONDS + SECONDS * 1000 + 3 * SETTLE_MILLISECONDS,
  );
  afterAll(async () => {
    if (KEEP !== undefined && verdict?.length !== 0) await keepScene(world, join(KEEP, `seed-${SEED}`));
    await world?.stop();
  });

  it('everything that was acknowledged is there once, and rows, tables and files agree', async () => {
    const { seen } = world;
    verdict = await judge(EVERY_INVARIANT, evidence);
    expect(verdict, `after ${seen.faults.join(', ')}`).toEqual([]);
    for (const kind of ['predictions', 'labels', 'watchedLabels'] as const) expect(seen[kind].size, kind).toBeGreaterThan(0);
    expect(seen.cancels).not.toEqual([]);
    expect(seen.dark.asked).toBeGreaterThan(0);
  });

  it.each(EVERY_INVARIANT)('it would be told if it did not hold that $says', async ({ says, sabotage }) => {
    const runner = world.database.createQueryRunner();
    try {
      await runner.startTransaction();
      const before = { ...evidence, manager: runner.manager };
      const broken = (await sabotage(before)) ?? before;
      const told = await judge(EVERY_INVARIANT, broken);
      expect(told.filter((breach) => breach.startsWith(`${says}:`))).toHaveLength(1);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  });
});
