import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';
import { faultsInTurn } from '../faults/faults-in-turn.ts';
import { attempt } from './attempt.ts';
import { labelPredicted, labelWatched } from './label-load.ts';
import { loadMonth } from './pipeline-load.ts';
import { predictSome } from './prediction-load.ts';
import type { ChaosSubjects } from './prepare-load.ts';
import { lookAtSplit, releaseOther } from './release-load.ts';
import { scoreFlights } from './scoring-load.ts';
import { trainAgain } from './training-load.ts';

/** Loads, scores, trains, releases, predicts and labels, and cancels much of it, while one fault follows the other: for so long, and until every kind has come. */
export async function loadWithFaults(world: ChaosWorld, subjects: ChaosSubjects, seconds: number): Promise<void> {
  const { random, seen } = world;
  const until = performance.now() + seconds * 1000;
  const faults = faultsInTurn(world);
  const loop = async (longestPause: number, step: () => Promise<void>): Promise<void> => {
    while (performance.now() < until || !faults.isOnceThrough()) {
      await step();
      await delay(random() * longestPause);
    }
  };
  const keep = (longestPause: number, work: (world: ChaosWorld, subjects: ChaosSubjects) => Promise<unknown>): Promise<void> =>
    loop(longestPause, () => attempt(seen, () => work(world, subjects)));
  await Promise.all([
    keep(800, loadMonth),
    keep(800, loadMonth),
    keep(2000, scoreFlights),
    keep(4000, trainAgain),
    keep(5000, releaseOther),
    keep(200, lookAtSplit),
    keep(100, () => predictSome(world)),
    keep(500, labelWatched),
    keep(1000, labelPredicted),
    loop(2000, faults.next),
  ]);
}
