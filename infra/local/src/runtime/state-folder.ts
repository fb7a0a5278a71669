import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresAccount } from '../postgres/postgres-account.ts';

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
  /** Files put here can be data sources of the workspace `default`. */
  readonly sources: string;
  /** Of each other workspace in a folder here, named by its id. */
  readonly workspaceSources: string;
}

/**
 * Makes the folder where it is missing, and closes it to other users, also one that an earlier version left open: it holds tokens, logs and data.
 * Under root the group of the account that PostgreSQL is lent may pass through it, and does not see what lies in it but its own data.
 */
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
    workspaceSources: join(path, 'workspace-sources'),
  };
  for (const made of [path, folder.logs, folder.artifacts, folder.lakehouse, folder.nodes, folder.sources, folder.workspaceSources]) {
    await mkdir(made, { recursive: true, mode: 0o700 });
    await chmod(made, 0o700);
  }
  const account = await postgresAccount(folder.postgres);
  if ('gid' in account) {
    await chown(path, 0, account.gid);
    await chmod(path, 0o710);
  }
  return folder;
}
