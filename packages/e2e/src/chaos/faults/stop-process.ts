import { setTimeout as delay } from 'node:timers/promises';
import { LONGER_THAN_A_LEASE, oneOf, pidWhereUp, PROCESSES, type Fault } from './fault.ts';

/** A process stands still until its leases are others', and goes on as if nothing had been. */
export const stopProcess: Fault = async ({ system }, random) => {
  const name = oneOf(PROCESSES, random);
  const pid = await pidWhereUp(system, name);
  if (pid === undefined) return `${name} is down`;
  await standStill(pid, () => delay(LONGER_THAN_A_LEASE));
  return `stop ${name}`;
};

/** Stops a process, where it is up, while something is done. */
export async function standStill(pid: number | undefined, meanwhile: () => Promise<unknown>): Promise<void> {
  if (pid !== undefined) process.kill(pid, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    if (pid !== undefined) process.kill(pid, 'SIGCONT');
  }
}
