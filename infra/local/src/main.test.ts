import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['--conditions=@millrace/source', fileURLToPath(new URL('main.ts', import.meta.url)), ...args], { encoding: 'utf8' });

it.each([
  ['quickstart', '--help', 'Usage: npm run quickstart [-- [--once] [--json]]'],
  ['quickstart', '--twice', 'Usage: npm run quickstart [-- [--once] [--json]]'],
  ['dev', '--once', 'Usage: npm run dev'],
])('%s %s is answered with what there is, and with code 2', (verb, option, usage) => {
  const { status, stdout, stderr } = run(verb, option);
  expect(stderr).toMatch(new RegExp(`^${verb}: Unknown option '${option}'`));
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(usage);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
