import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { ChaosWorld } from './chaos-world.ts';
import { segmentsOfNode } from './judge/gather-evidence.ts';
import { readPredictions } from './judge/read-lake.ts';
import type { ChaosSubjects } from './load/prepare-load.ts';
import { notReady } from './not-ready.ts';

/** A parked or expired job is taken up again within this time. */
export const SETTLE_MILLISECONDS = 300_000;
const HOUR = 3_600_000;

/** Waits until all processes are back and ready, everything that was accepted has come to its end, and the windows are closed. */
export async function settle({ system, database, seen }: ChaosWorld, { monitorId }: ChaosSubjects): Promise<void> {
  const lakehouse = join(system.folder, 'lakehouse');
  const unfinished = async (): Promise<number> => {
    const [row] = await database.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM job WHERE status IN ('QUEUED', 'RUNNING')`);
    return row?.count ?? 0;
  };
  await untilNone(() => notReady(system));
  // The last segment of the node closes by its age.
  await untilNone(async () => {
    const there = new Set((await readPredictions(database.manager, lakehouse)).map(({ eventId }) => eventId));
    return [...seen.predictions.keys()].filter((eventId) => !there.has(eventId)).length;
  });
  await untilNone(async () => (await segmentsOfNode(system.folder)).length);
  await untilNone(unfinished);
  const close = async (): Promise<void> => {
    const closing = await system.millrace.monitors.closeWindows(monitorId, new Date(Date.now() + HOUR));
    await closing.wait({ timeoutSeconds: 60 });
  };
  await untilNone(() => close().then(() => 0));
  await untilNone(unfinished);
}

/** What is asked may be away for a while yet. */
async function untilNone(count: () => Promise<number>): Promise<void> {
  await vi.waitFor(async () => expect(await count()).toBe(0), { timeout: SETTLE_MILLISECONDS, interval: 500 });
}
