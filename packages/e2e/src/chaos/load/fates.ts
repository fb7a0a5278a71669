import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosWorld } from '../chaos-world.ts';

const LOOK_MILLISECONDS = 3;
/** So long a job may take to come to its commit before nobody waits for it any more. */
const PATIENCE_MILLISECONDS = 20_000;
const LONGEST_WAIT_MILLISECONDS = 1500;

/** Lets a job be, cancels it some time later or just after it began to commit, and runs some of what was cancelled again. */
export async function decideFate(world: ChaosWorld, jobId: string): Promise<void> {
  const { random, seen, system } = world;
  const [fate, again, wait] = [random(), random(), random() * LONGEST_WAIT_MILLISECONDS];
  if (fate > 0.5) return;
  if (fate > 0.25) await delay(wait);
  else await untilCommitting(world, jobId);
  await system.millrace.jobs.cancel(jobId);
  seen.cancels.push(jobId);
  if (again > 0.3) return;
  await delay(wait);
  await system.millrace.jobs.retry(jobId);
  seen.retries.push(jobId);
}

async function untilCommitting({ database }: ChaosWorld, jobId: string): Promise<void> {
  const until = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < until) {
    const [job] = await database.query<{ isReached: boolean }[]>(
      `SELECT commit_begun_at IS NOT NULL OR status NOT IN ('QUEUED', 'RUNNING') AS "isReached" FROM job WHERE id = $1`,
      [jobId],
    );
    if (job === undefined || job.isReached) return;
    await delay(LOOK_MILLISECONDS);
  }
}
