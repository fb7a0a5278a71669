import type { MillraceSystem } from '../../stories/millrace-system.ts';
import type { ChaosWorld } from '../chaos-world.ts';

/** Does something bad, with numbers that the seed alone decides, and returns what, once what has to be undone is undone. */
export type Fault = (world: ChaosWorld, random: () => number) => Promise<string>;

/** So long something stands still or is away that must outlast a lease, which is 5 s here. */
export const LONGER_THAN_A_LEASE = 7000;

/** What every kill and stop is drawn from. */
export const PROCESSES = [
  'control-plane',
  'etl-worker',
  'training-worker',
  'deploy-worker',
  'monitor-worker',
  'inference-worker',
  'scoring-worker',
  'postgres',
] as const;

/** What is to be stopped may be down already, and comes back. */
export async function pidWhereUp(system: MillraceSystem, name: string): Promise<number | undefined> {
  const pid = await system.pidOf(name).catch(() => undefined);
  return pid !== undefined && isUp(pid) ? pid : undefined;
}

function isUp(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export function oneOf<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}
