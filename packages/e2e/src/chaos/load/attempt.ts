import type { Acknowledged } from '../acknowledged.ts';

/** Does something that may be refused while parts of the system are away: what is not answered was not promised. */
export async function attempt(seen: Acknowledged, work: () => Promise<unknown>): Promise<void> {
  await work().catch(() => {
    seen.refused += 1;
  });
}
