import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from '../runtime/process-identity.ts';

const CLOSE_MILLISECONDS = 10_000;

/**
 * What a killed runtime may have left of its server: one that still closes, which is waited for, or only its `postmaster.pid`,
 * which is removed. To be called by whoever holds the state folder: then nobody can be using the data.
 */
export async function endOrphan(dataFolder: string): Promise<void> {
  const file = join(dataFolder, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number(text.split('\n')[0]);
  if (Number.isInteger(pid) && (await isPostgres(pid))) {
    if (!(await gone(pid, 'SIGINT'))) await gone(pid, 'SIGQUIT');
  }
  await rm(file, { force: true });
}

async function gone(pid: number, signal: NodeJS.Signals): Promise<boolean> {
  const giveUpAt = performance.now() + CLOSE_MILLISECONDS;
  try {
    process.kill(pid, signal);
  } catch {
    return true;
  }
  while (performance.now() < giveUpAt) {
    if ((await processIdentity(pid)) === undefined) return true;
    await delay(50);
  }
  return false;
}

/** The pid may belong to another program by now. */
async function isPostgres(pid: number): Promise<boolean> {
  if ((await processIdentity(pid)) === undefined) return false;
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes('postgres');
}
