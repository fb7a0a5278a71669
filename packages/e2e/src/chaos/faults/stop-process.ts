import { setTimeout as delay } from 'node:timers/promises';
import { LONGER_THAN_A_LEASE, oneOf, PROCESSES, type Fault } from './fault.ts';

/** A process stands still until its leases are others', and goes on as if nothing had been. */
export const stopProcess: Fault = async ({ system }, random) => {
  const name = oneOf(PROCESSES, random);
  await standStill(await system.pidOf(name), () => delay(LONGER_THAN_A_LEASE));
  return `stop ${name}`;
};

/** Stops a process while something is done. */
export async function standStill(pid: number, meanwhile: () => Promise<unknown>): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
