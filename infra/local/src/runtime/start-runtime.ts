import { resolve } from 'node:path';
import type { RuntimeOptions } from './runtime-options.ts';
import { Runtime } from './runtime.ts';
import { keepSecrets } from './secrets.ts';
import { openStateFolder } from './state-folder.ts';
import { takeStateLock } from './state-lock.ts';

/**
 * Starts Millrace on this machine with what npm installed, in one state folder.
 * @throws MillraceError `CONFLICT` when another process holds the folder, `UNAVAILABLE` or `TIMEOUT` with the reason when a part does not start
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const folder = await openStateFolder(resolve(options.stateDir));
  const lock = await takeStateLock(folder.lock);
  const runtime = new Runtime(options, folder, lock, await keepSecrets(folder.secrets));
  options.signal?.addEventListener('abort', () => void runtime.stop());
  try {
    await runtime.start();
  } catch (error) {
    await runtime.stop();
    throw error;
  }
  return runtime;
}
