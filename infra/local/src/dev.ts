import { join, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY } from './services/millrace-services.ts';
import { addresses } from './quickstart.ts';
import { startRuntime } from './runtime/start-runtime.ts';
import { untilAborted, type VerbOptions } from './verb.ts';
import { dependents, readWorkspaces } from './watch/workspaces.ts';
import { watchSources } from './watch/watch-sources.ts';
import { buildChanged } from './watch/build-changed.ts';

const RESTART_MILLISECONDS = 6000;

/** Starts the runtime and keeps it at the sources: what changed is built, and the services made of it start again. */
export async function dev({ args, stateDir, signal, write }: VerbOptions): Promise<number> {
  parseArgs({ args: [...args] });
  const runtime = await startRuntime({ stateDir, signal, tell: (line) => write(`[runtime] ${line}\n`) });
  write(addresses(runtime));
  const workspaces = await readWorkspaces(REPOSITORY);
  const watcher = watchSources(
    workspaces,
    async (changed) => {
      write(`[dev] ${[...changed].map(({ name }) => name).join(', ')} changed\n`);
      const failure = await buildChanged(REPOSITORY, changed);
      if (failure !== undefined) {
        write(`${failure}\n[dev] not built; what ran goes on\n`);
        return;
      }
      const affected = dependents(workspaces, changed);
      const services = runtime.services.filter(({ entry }) => affected.some(({ path }) => entry.startsWith(join(path, sep))));
      await Promise.all(services.map((service) => service.restart(RESTART_MILLISECONDS)));
      write(`[dev] ${services.length === 0 ? 'nothing to restart' : `restarted ${services.map(({ name }) => name).join(', ')}`}\n`);
    },
    (error) => write(`[dev] ${error.message}\n`),
  );
  await untilAborted(signal);
  watcher.close();
  await runtime.stop();
  return 0;
}
