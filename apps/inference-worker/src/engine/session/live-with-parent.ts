import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';

/** How much nicer than its parent a process that runs models is, as session threads are. */
const NICENESS = 5;

/** Makes this process one that runs models for its parent: it ends with it and not before, and gives way to it. */
export function liveWithParent(): void {
  // A Ctrl-C, or a supervisor that signals the whole group, is for the parent: it drains first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  giveWay();
  // A run that never ends would outlive a parent that was killed, so a thread of its own waits for that.
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  new Worker(new URL(`./parent-watch.worker${extension}`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
  }).unref();
}

/** The parent, which takes requests, goes first; and where memory runs out, the kernel ends a session and not the parent. */
function giveWay(): void {
  try {
    setPriority(NICENESS);
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux, or no such right: it stays as it is.
  }
}
