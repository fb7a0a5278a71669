import type { ChaosWorld } from '../chaos-world.ts';
import { seededRandom } from '@millrace/learning';
import { darken } from './darken.ts';
import type { Fault } from './fault.ts';
import { fillDisk } from './fill-disk.ts';
import { killProcess } from './kill-process.ts';
import { loseQueue } from './lose-queue.ts';
import { restartPostgres } from './restart-postgres.ts';
import { stopProcess } from './stop-process.ts';
import { takeArtifactsAway } from './take-artifacts-away.ts';
import { takeLakehouseAway } from './take-lakehouse-away.ts';

const BAG: readonly Fault[] = [
  killProcess,
  killProcess,
  killProcess,
  stopProcess,
  restartPostgres,
  loseQueue,
  fillDisk,
  takeLakehouseAway,
  takeArtifactsAway,
  darken,
];

export interface FaultsInTurn {
  next(): Promise<void>;
  /** Every kind has come. */
  isOnceThrough(): boolean;
}

/** Faults in an order that the seed decides: every kind comes before any comes again. */
export function faultsInTurn(world: ChaosWorld): FaultsInTurn {
  const random = seededRandom(world.seed);
  const begunAt = performance.now();
  let bag: Fault[] = [];
  const next = async (): Promise<void> => {
    if (bag.length === 0) bag = shuffled(BAG, random);
    const fault = bag.pop();
    const seconds = ((performance.now() - begunAt) / 1000).toFixed(1);
    // What is to be met may go down at this moment.
    const what = await fault?.(world, random).catch((error: unknown) => `in vain (${String(error)})`);
    if (what !== undefined) world.seen.faults.push(`${what} at ${seconds} s`);
  };
  return { next, isOnceThrough: () => world.seen.faults.length >= BAG.length };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
