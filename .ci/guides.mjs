// Leaves a quickstart up in a state folder of its own, follows README.md and docs/guides/serving.md against it word for word, stops it with SIGTERM and
// looks for what was left behind. `node .ci/guides.mjs STATE_FOLDER` follows them against a quickstart that is up already, and leaves it up.
//
// Of a guide, every ```sh, ```python and ```ts block runs, in order, with what earlier blocks exported. `NAME=…` stands for what the quickstart printed.
// A ```text block right behind it must appear in its output, line by line, in order; `…` stands for anything. Python needs INTEROP_PYTHON.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = join(root, 'node_modules', '.bin', 'node');
const work = join(root, 'node_modules', '.cache', 'guides');

/** The blocks that run, each with the output that must appear behind it. */
function blocksOf(file, languages) {
  const parts = [...readFileSync(join(root, file), 'utf8').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return parts.flatMap((part, index) => {
    const [whole, language, code] = part;
    if (!languages.includes(language)) return [];
    const next = parts[index + 1];
    const follows = next?.[1] === 'text' && part.input.slice(part.index + whole.length, next.index).trim() === '';
    const line = part.input.slice(0, part.index).split('\n').length;
    return [{ file, line, language, code, expected: follows ? next[2].trimEnd().split('\n') : [] }];
  });
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The first expected line that does not come, in order. */
function missingLine(expected, output) {
  let lines = output.split('\n');
  for (const wanted of expected) {
    const pattern = new RegExp(`^${wanted.trim().split('…').map(escaped).join('.*')}$`);
    const at = lines.findIndex((line) => pattern.test(line.trim()));
    if (at === -1) return wanted;
    lines = lines.slice(at + 1);
  }
  return undefined;
}

function runBlock({ language, code }, printed) {
  const exports = join(work, 'exports.sh');
  const filled = code.replace(/\b([A-Z_]+)=…/g, (_, name) => {
    if (printed[name] === undefined) throw new Error(`the quickstart prints no ${name}`);
    return `${name}='${printed[name]}'`;
  });
  const program = join(work, `block.${{ sh: 'sh', python: 'py', ts: 'mjs' }[language]}`);
  writeFileSync(program, language === 'sh' ? `${filled}\nexport -p >'${exports}'\n` : filled);
  const command = { sh: `source '${program}'`, python: `"$INTEROP_PYTHON" '${program}'`, ts: `'${node}' '${program}'` }[language];
  const before = existsSync(exports) ? `source '${exports}'; ` : '';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -euo pipefail; ${before}${command}`], { cwd: root, encoding: 'utf8', timeout: 300_000 });
  return { status, output: `${stdout}${stderr}` };
}

/** How many blocks failed. Stops at the first: those behind it build on it. */
function follow(blocks, printed) {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const block of blocks) {
    const place = `${block.file}:${block.line} ${block.language}`;
    if (block.language === 'python' && !process.env['INTEROP_PYTHON']) {
      console.log(`- ${place}: skipped, INTEROP_PYTHON is not set (a venv of packages/e2e/interop/requirements.txt)`);
      continue;
    }
    const { status, output } = runBlock(block, printed);
    const missing = missingLine(block.expected, output);
    if (status === 0 && missing === undefined) console.log(`✓ ${place}`);
    else {
      console.log(`✗ ${place}: ${status === 0 ? `this line is missing: ${missing}` : `exit code ${status}`}\n${block.code}--- output\n${output}`);
      return 1;
    }
  }
  return 0;
}

const isSdkBlock = ({ code }) => code.includes("from '@millrace/sdk'");
const blocks = [...blocksOf('README.md', ['ts']).filter(isSdkBlock), ...blocksOf('docs/guides/serving.md', ['sh', 'python', 'ts'])];
if (!blocks.some(isSdkBlock)) throw new Error('README.md shows no code that imports @millrace/sdk');

/** What a quickstart prints, from its state folder. */
function printedBy(stateFolder) {
  const { url, processes } = JSON.parse(readFileSync(join(stateFolder, 'runtime.json'), 'utf8'));
  const { adminToken } = JSON.parse(readFileSync(join(stateFolder, 'secrets.json'), 'utf8'));
  const serving = processes.find(({ name }) => name === 'inference-worker');
  process.env['MILLRACE_URL'] = url;
  process.env['MILLRACE_TOKEN'] = adminToken;
  return {
    processes,
    names: { MILLRACE_URL: url, MILLRACE_TOKEN: adminToken, NODE_URL: serving.url, GRPC_ADDRESS: serving.grpc, MILLRACE_STATE: stateFolder },
  };
}

const given = process.argv[2];
if (given !== undefined) process.exit(follow(blocks, printedBy(given).names));

const stateFolder = mkdtempSync(join(tmpdir(), 'millrace-guides-'));
const system = spawn('npm', ['run', '-s', 'quickstart', '--', '--json'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, MILLRACE_STATE_DIR: stateFolder },
});
const lines = [];
const exited = once(system, 'exit');
await Promise.race([
  new Promise((resolve) =>
    createInterface({ input: system.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('{"')) resolve();
    }),
  ),
  exited.then(([code]) => {
    throw new Error(`quickstart ended with code ${code}\n${lines.join('\n')}`);
  }),
]);
const { processes, names } = printedBy(stateFolder);
const failed = follow(blocks, names);

// npm leaves at once when it is told to; the runtime may take ten seconds.
const stopping = Date.now();
system.kill('SIGTERM');
await exited;
const isAlive = ({ pid }) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
while (processes.some(isAlive) && Date.now() - stopping < 10_000) await new Promise((resolve) => setTimeout(resolve, 50));
const left = processes.filter(isAlive).map(({ name }) => name);
console.log(`stopped after ${(Date.now() - stopping) / 1000} s, left behind: ${left.join(', ') || 'nothing'}`);
rmSync(stateFolder, { recursive: true, force: true });
process.exit(failed === 0 && left.length === 0 ? 0 : 1);
