import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs a script of `interop/` with the Python of `INTEROP_PYTHON` (an environment with `interop/requirements.txt`) and parses the JSON that it prints last. */
export async function python(script: string, ...args: readonly string[]): Promise<unknown> {
  const interpreter = process.env['INTEROP_PYTHON'];
  if (interpreter === undefined) throw new Error('The interop suite needs INTEROP_PYTHON: a Python with packages/e2e/interop/requirements.txt installed.');
  const { stdout } = await promisify(execFile)(interpreter, [fileURLToPath(new URL(`../../interop/${script}`, import.meta.url)), ...args]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
