import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { notReady } from '../not-ready.ts';
import type { Fault } from './fault.ts';

const SHORTEST_MILLISECONDS = 1000;
const MORE_MILLISECONDS = 4000;
const LOOK_MILLISECONDS = 200;
const LOOKS = 150;

/** The share that artifacts lie on is away for some seconds. Nothing starts meanwhile: a process that has never seen the folder makes it. */
export const takeArtifactsAway: Fault = async ({ system }, random) => {
  const place = join(system.folder, 'artifacts');
  const milliseconds = SHORTEST_MILLISECONDS + random() * MORE_MILLISECONDS;
  for (let look = 0; (await notReady(system).catch(() => 1)) > 0; look++) {
    if (look === LOOKS) return 'not all came back';
    await delay(LOOK_MILLISECONDS);
  }
  await rename(place, `${place}-away`);
  await delay(milliseconds);
  await rename(`${place}-away`, place);
  return 'no artifacts';
};
