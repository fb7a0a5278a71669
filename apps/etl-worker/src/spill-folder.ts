import { mkdir, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const PREFIX = `millrace-spill-${hostname()}-`;

/**
 * Makes the folder that this process may spill into, and removes those of processes of this machine that were killed before they could
 * do so themselves. It is a folder of its own, because all that is in it is removed at the end.
 */
export async function openSpillFolder(root: string, pid: number): Promise<string> {
  await mkdir(root, { recursive: true });
  const left = (await readdir(root)).filter((name) => name.startsWith(PREFIX) && !isAlive(Number(name.slice(PREFIX.length))));
  await Promise.all(left.map((name) => rm(join(root, name), { recursive: true, force: true })));
  const folder = join(root, `${PREFIX}${pid}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Also a process of another user is alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
