import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Workspace } from './workspaces.ts';

/** Builds what changed and everything that is made of it. Answers with what the compiler said when it failed. */
export async function buildChanged(repository: string, changed: ReadonlySet<Workspace>): Promise<string | undefined> {
  const filters = [...changed].map(({ name }) => `--filter=...${name}`);
  const turbo = join(repository, 'node_modules', '.bin', 'turbo');
  try {
    await promisify(execFile)(turbo, ['run', 'build', '--output-logs=errors-only', ...filters], {
      cwd: repository,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}
