import type { MillraceSystem } from '../stories/millrace-system.ts';
import { pidWhereUp, PROCESSES } from './faults/fault.ts';

const READY: Readonly<Record<string, string>> = { 'control-plane': '/health/ready', 'inference-worker': '/readyz' };

/** How many processes are not back; those with a port have to be ready, too. */
export async function notReady(system: MillraceSystem): Promise<number> {
  const isBack = PROCESSES.map(async (name) => {
    if ((await pidWhereUp(system, name)) === undefined) return false;
    const path = READY[name];
    return path === undefined || (await fetch(`${await system.urlOf(name)}${path}`)).ok;
  });
  return (await Promise.all(isBack)).filter((back) => !back).length;
}
