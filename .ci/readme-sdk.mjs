// Leaves a quickstart up, runs the SDK lines of the README against it, stops it with SIGTERM and looks for what was left behind.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [lines] = [...readFileSync('README.md', 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)]
  .map(([, code]) => code)
  .filter((code) => code.includes("from '@millrace/sdk'"));
if (lines === undefined) throw new Error('README.md shows no code that imports @millrace/sdk');
mkdirSync('node_modules/.cache', { recursive: true });
writeFileSync('node_modules/.cache/readme-sdk.mjs', lines);

const system = spawn('npm', ['run', '-s', 'quickstart', '--', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
const printed = [];
const exited = once(system, 'exit');
await Promise.race([
  new Promise((resolve) =>
    createInterface({ input: system.stdout }).on('line', (line) => {
      printed.push(line);
      if (line.startsWith('{"')) resolve();
    }),
  ),
  exited.then(([code]) => {
    throw new Error(`quickstart ended with code ${code}\n${printed.join('\n')}`);
  }),
]);
const { url, processes } = JSON.parse(readFileSync('.millrace/runtime.json', 'utf8'));
const { adminToken } = JSON.parse(readFileSync('.millrace/secrets.json', 'utf8'));
const { status } = spawnSync('node_modules/.bin/node', ['node_modules/.cache/readme-sdk.mjs'], {
  stdio: 'inherit',
  env: { ...process.env, MILLRACE_URL: url, MILLRACE_TOKEN: adminToken },
});

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
process.exit(status === 0 && left.length === 0 ? 0 : 1);
