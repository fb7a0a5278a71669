// Runs every guard twice: on the tree, where it must pass, and on a fixture that breaks its rule, where it must fire.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const bin = join(root, 'node_modules/.bin');
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: '1', NO_UPDATE_NOTIFIER: '1' };

const lint = ['oxlint', '-c', join(root, '.oxlintrc.json')];
const generated = ['node', join(here, 'generated-files.mjs')];

/** name · what to run on the tree · what to run on the fixture · what the fixture's output must say. */
const guards = [
  { name: 'no-cycle', tree: ['oxlint'], fixture: lint, says: /no-cycle/ },
  { name: 'feature-door', fixture: lint, says: /entered by its door/ },
  { name: 'deep-import', fixture: lint, says: /front door/ },
  { name: 'testing-in-production', fixture: lint, says: /harness is for tests/ },
  { name: 'process-env', fixture: lint, says: /no-process-env/ },
  { name: 'long-file', fixture: lint, says: /max-lines/, prepare: longFile },
  { name: 'format', tree: ['oxfmt', '--check'], fixture: ['oxfmt', '--check'], says: /src\/index\.ts/ },
  { name: 'boundaries', tree: ['turbo', 'boundaries'], fixture: ['turbo', 'boundaries'], says: /not found|without any tag/i, prepare: gitInit },
  { name: 'knip', tree: ['knip'], fixture: ['knip'], says: /forgotten/ },
  {
    name: 'generated-files',
    tree: [...generated, 'apps/control-plane', 'packages/sdk'],
    fixture: [...generated, '.'],
    says: /schema\.graphql/,
    prepare: gitInit,
  },
  { name: 'size-limit', tree: ['npm', 'run', '-s', 'size', '-w', '@millrace/sdk'], fixture: ['size-limit'], says: /limit/i },
];

function longFile(folder) {
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'src/long.ts'), Array.from({ length: 401 }, (_, line) => `export const line${line} = ${line};\n`).join(''));
}

function gitInit(folder) {
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['-c', 'user.name=guard', '-c', 'user.email=guard@localhost', 'commit', '-qm', 'fixture'],
  ])
    spawnSync('git', args, { cwd: folder });
}

function run(command, cwd) {
  const [program, ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

function fixtureOf(guard) {
  const folder = mkdtempSync(join(tmpdir(), `millrace-guard-${guard.name}-`));
  if (readdirSync(join(here, 'fixtures')).includes(guard.name)) cpSync(join(here, 'fixtures', guard.name), folder, { recursive: true });
  guard.prepare?.(folder);
  if (guard.name === 'size-limit') symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

let passed = 0;
const failures = [];
const check = (name, holds, output) => {
  if (holds) passed += 1;
  else failures.push(`${name}\n${output}`);
  process.stdout.write(`${holds ? '✓' : '✗'} ${name}\n`);
};

for (const guard of guards) {
  if (guard.tree) {
    const { status, output } = run(guard.tree, root);
    check(`${guard.name}: the tree passes`, status === 0, output);
  }
  const folder = fixtureOf(guard);
  const { status, output } = run(guard.fixture, folder);
  check(`${guard.name}: the fixture fires`, status !== 0 && guard.says.test(output), output);
  rmSync(folder, { recursive: true, force: true });
}

for (const failure of failures) process.stdout.write(`\n✗ ${failure}\n`);
process.stdout.write(`guards: ${passed} passed, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
