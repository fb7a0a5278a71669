import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const SHORTEST_MILLISECONDS = 1000;
const MORE_MILLISECONDS = 5000;

/** There is no room for tables, the prediction log, PostgreSQL, artifacts and logs, for some seconds. */
export const fillDisk: Fault = async ({ disk }, random) => {
  if (disk === undefined) return 'no disk of its own';
  const milliseconds = SHORTEST_MILLISECONDS + random() * MORE_MILLISECONDS;
  try {
    await disk.fill();
    await delay(milliseconds);
  } finally {
    disk.free();
  }
  return 'full disk';
};
