import type { EntityManager } from 'typeorm';
import { moveAlert } from './move-alert.ts';
import { parkedJobs } from './parked-jobs.ts';
import { troubledLogs } from './troubled-logs.ts';

/**
 * Alerts of what keeps accepted data from the lakehouse: each opens when it is first seen, is updated in place, and resolves when
 * nothing is wrong any more. Runs in a transaction, one at a time.
 * @returns how many alerts were opened or resolved
 */
export async function judgeAlerts(manager: EntityManager): Promise<number> {
  await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('millrace alerts', 0))`);
  let moved = 0;
  for (const finding of [...(await parkedJobs(manager)), ...(await troubledLogs(manager))]) if (await moveAlert(manager, finding)) moved += 1;
  return moved;
}
