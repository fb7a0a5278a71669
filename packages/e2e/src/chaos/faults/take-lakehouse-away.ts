import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const SHORTEST_MILLISECONDS = 1000;
const MORE_MILLISECONDS = 4000;

/** The share that the lakehouse lies on is away for some seconds. Whoever makes a new folder in its place keeps it from coming back. */
export const takeLakehouseAway: Fault = async ({ system }, random) => {
  const place = join(system.folder, 'lakehouse');
  const milliseconds = SHORTEST_MILLISECONDS + random() * MORE_MILLISECONDS;
  await rename(place, `${place}-away`);
  await delay(milliseconds);
  await rename(`${place}-away`, place);
  return 'no lakehouse';
};
