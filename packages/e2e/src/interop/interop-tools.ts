import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the programs of `interop/go` are, built; undefined on machines without Go, where their tests are skipped. */
export const INTEROP_TOOLS = process.env['INTEROP_TOOLS'];

/** Why a test of one of them does not run. */
export const NEEDS_GO = INTEROP_TOOLS === undefined ? ' (skipped: INTEROP_TOOLS names no folder with what `go build` makes of packages/e2e/interop/go)' : '';

/** What a program says, whether it succeeds or not. */
export async function runTool(name: 'h2spec' | 'grpcurl', ...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(join(INTEROP_TOOLS ?? '', name), args, { maxBuffer: 2 ** 24 });
    return { code: 0, output: stdout + stderr };
  } catch (thrown) {
    const { code, stdout = '', stderr = '' } = thrown as { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string };
    if (typeof code !== 'number') throw thrown;
    return { code, output: stdout + stderr };
  }
}
