import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from './workspaces.ts';

/** Editors write a file in several steps, and a branch changes many. */
const CALM_MILLISECONDS = 200;

/** Calls `onChange` with what changed since the last call, after a moment of calm, and never twice at a time. */
export function watchSources(
  workspaces: readonly Workspace[],
  onChange: (changed: ReadonlySet<Workspace>) => Promise<void>,
  onError: (error: Error) => void,
): { close(): void } {
  let changed = new Set<Workspace>();
  let busy = false;
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    if (busy || changed.size === 0) return;
    const now = changed;
    changed = new Set();
    busy = true;
    await onChange(now).catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))));
    busy = false;
    await run();
  };
  const notice = (workspace: Workspace): void => {
    changed.add(workspace);
    clearTimeout(timer);
    timer = setTimeout(() => void run(), CALM_MILLISECONDS);
  };
  const watchers: FSWatcher[] = [];
  for (const workspace of workspaces) {
    try {
      watchers.push(
        watch(join(workspace.path, 'src'), { recursive: true }, (_event, file) => {
          if (file?.endsWith('.ts') === true && !file.endsWith('.test.ts')) notice(workspace);
        }),
      );
    } catch {
      // A workspace without sources changes nothing.
    }
  }
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
