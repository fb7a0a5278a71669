import { setTimeout as delay } from 'node:timers/promises';
import { SMALL_ENDPOINT } from '../../interop/small-endpoint.ts';
import type { ChaosWorld } from '../chaos-world.ts';
import { predictSome } from '../load/prediction-load.ts';
import { pidWhereUp, type Fault } from './fault.ts';
import { standStill } from './stop-process.ts';

const ASKED = 20;
const PAUSE_MILLISECONDS = 100;
/** A node that an earlier fault met, or that starts in the dark, answers within this time. */
const START_MILLISECONDS = 45_000;

/** There is neither a control plane nor a database; now and then the node starts anew meanwhile, from what it remembers. What is asked of it is answered all the same. */
export const darken: Fault = async (world, random) => {
  const { system } = world;
  const startsAnew = random() < 0.5;
  const url = `${await system.urlOf('inference-worker')}/v2/models/${SMALL_ENDPOINT}`;
  await untilAnswered(world, url);
  const inTheDark = async (): Promise<void> => {
    if (startsAnew) {
      await system.signal('inference-worker', 'SIGKILL');
      await untilAnswered(world, url);
    }
    for (let asked = 0; asked < ASKED; asked++) await askInTheDark(world, url);
  };
  const [controlPlane, postgres] = await Promise.all(['control-plane', 'postgres'].map((name) => pidWhereUp(system, name)));
  // Where one is down, it is away for long enough.
  await standStill(controlPlane, () => standStill(postgres, inTheDark));
  return startsAnew ? 'no control plane and no database, and the node starts anew' : 'no control plane and no database';
};

async function untilAnswered(world: ChaosWorld, url: string): Promise<void> {
  const until = performance.now() + START_MILLISECONDS;
  for (;;) {
    try {
      return await predictSome(world, url);
    } catch (error) {
      if (performance.now() > until) {
        world.seen.dark.asked += 1;
        world.seen.dark.reasons.push(String(error));
        return;
      }
      await delay(PAUSE_MILLISECONDS);
    }
  }
}

async function askInTheDark(world: ChaosWorld, url: string): Promise<void> {
  const { dark } = world.seen;
  dark.asked += 1;
  await predictSome(world, url).then(
    () => (dark.answered += 1),
    (error: unknown) => dark.reasons.push(String(error)),
  );
  await delay(PAUSE_MILLISECONDS);
}
