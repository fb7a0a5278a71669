import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where things lie in `.millrace/`. */
export interface StateFolder {
  readonly path: string;
  readonly lock: string;
  readonly record: string;
  readonly secrets: string;
  readonly logs: string;
  readonly postgres: string;
  readonly artifacts: string;
  readonly lakehouse: string;
  readonly nodes: string;
  /** Files put here can be data sources. */
  readonly sources: string;
}

/** Makes the folder where it is missing. Under root others may pass through it, because PostgreSQL does not run as root; secrets are closed one by one. */
export async function openStateFolder(path: string): Promise<StateFolder> {
  const folder: StateFolder = {
    path,
    lock: join(path, 'runtime.lock'),
    record: join(path, 'runtime.json'),
    secrets: join(path, 'secrets.json'),
    logs: join(path, 'logs'),
    postgres: join(path, 'postgres'),
    artifacts: join(path, 'artifacts'),
    lakehouse: join(path, 'lakehouse'),
    nodes: join(path, 'nodes'),
    sources: join(path, 'sources'),
  };
  for (const made of [path, folder.logs, folder.artifacts, folder.lakehouse, folder.nodes, folder.sources]) await mkdir(made, { recursive: true, mode: 0o755 });
  if (process.getuid?.() === 0) await chmod(path, (await stat(path)).mode | 0o011);
  return folder;
}
