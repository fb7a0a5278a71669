import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One package or app of the repository. */
export interface Workspace {
  readonly name: string;
  readonly path: string;
  readonly dependencies: readonly string[];
}

export async function readWorkspaces(repository: string): Promise<Workspace[]> {
  const folders = await Promise.all(
    ['apps', 'packages'].map(async (group) => (await readdir(join(repository, group))).map((name) => join(repository, group, name))),
  );
  const found = await Promise.all(
    folders.flat().map(async (path): Promise<Workspace | undefined> => {
      const text = await readFile(join(path, 'package.json'), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      const { name, dependencies = {} } = JSON.parse(text) as { name: string; dependencies?: Record<string, string> };
      return { name, path, dependencies: Object.keys(dependencies) };
    }),
  );
  return found.filter((workspace) => workspace !== undefined);
}

/** The changed ones and everything that is made of them, directly or not. */
export function dependents(workspaces: readonly Workspace[], changed: ReadonlySet<Workspace>): Workspace[] {
  const names = new Set([...changed].map(({ name }) => name));
  for (let size = 0; size < names.size;) {
    size = names.size;
    for (const { name, dependencies } of workspaces) if (dependencies.some((dependency) => names.has(dependency))) names.add(name);
  }
  return workspaces.filter(({ name }) => names.has(name));
}
