// What `npm run quickstart`, `npm run dev`, `npm test` and `npm run bench` start. Plain JavaScript that runs on Node 20 with nothing
// installed: installs and builds where that is needed, then hands over to the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const MODULES = join(ROOT, 'node_modules');
const NODE = join(MODULES, 'node', 'bin', 'node');
const STAMP = join(MODULES, '.cache', 'millrace-build');
const LOCAL = join(ROOT, 'infra', 'local', 'dist', 'main.js');

/**
 * SHA-256 of `node_modules/node/bin/node` by version and platform. The package `node` is pinned by the lock file, but its script fetches the
 * program from another package that no lock file knows, so the program itself is checked before it is run. Of a new version, or on a platform
 * that is missing here, `sha256sum node_modules/node/bin/node` gives the line, to be compared with what others find.
 */
const NODE_DIGESTS = {
  '24.21.0': {
    'linux-x64': '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
    'linux-arm64': '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
  },
};

const VERBS = {
  quickstart: (args) => [LOCAL, 'quickstart', ...args],
  dev: (args) => [LOCAL, 'dev', ...args],
  admin: (args) => [LOCAL, 'admin', ...args],
  test: (args) => [
    join(MODULES, 'vitest', 'vitest.mjs'),
    'run',
    ...(args.some((arg) => arg.startsWith('--project')) ? [] : ['--project', 'unit', '--project', 'integration']),
    ...args,
  ],
  bench: (args) => [join(ROOT, 'packages', 'bench', 'dist', 'main.js'), ...args],
};

const [verb = '', ...args] = process.argv.slice(2);
if (!(verb in VERBS)) fail(`There is no verb "${verb}". There are: ${Object.keys(VERBS).join(', ')}.`, 2);
if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node ${process.versions.node} is too old; Millrace starts from Node 20 on.`);

if (!isInstalled()) {
  // What is there already is completed; a fresh clone gets exactly what the lock file says.
  const how = existsSync(MODULES) ? 'install' : 'ci';
  say(`installing what package-lock.json asks for (npm ${how}; the first time takes a minute or two) …`);
  npm([how, '--no-audit', '--no-fund', '--loglevel=error']);
}
checkNode();
const sources = digestOfSources();
if (readOr(STAMP, '') !== sources || !isBuilt()) {
  say('building (turbo run build) …');
  run(join(MODULES, '.bin', 'turbo'), ['run', 'build', '--output-logs=errors-only']);
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, sources);
}
handOver(NODE, VERBS[verb](args));

/** Whether every package of the lock file is there in its version; those of other platforms may be missing. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(MODULES, '.package-lock.json'), 'utf8')).packages;
    const isMissing = ([path, entry]) =>
      path.includes('node_modules/') && !entry.optional && !entry.devOptional && !entry.peer && present[path]?.version !== entry.version;
    return existsSync(NODE) && !Object.entries(wanted).some(isMissing);
  } catch {
    return false;
  }
}

/** Ends here when the program that is about to run is not the one that was pinned. */
function checkNode() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages['node_modules/node'];
  const machine = `${process.platform}-${process.arch}`;
  const wanted = NODE_DIGESTS[version]?.[machine];
  const found = createHash('sha256').update(readFileSync(NODE)).digest('hex');
  if (wanted === undefined) say(`no checksum is pinned for Node ${version} on ${machine}; what is there has ${found}`);
  else if (found !== wanted)
    fail(
      `${NODE} is not the Node ${version} that is pinned: its SHA-256 is ${found}, not ${wanted}. Remove node_modules and install again; if that does not help, do not run it.`,
    );
}

/** The folders of apps, packages and examples. */
function workspaces() {
  return ['apps', 'packages', 'docs/examples', 'infra'].flatMap((group) =>
    readdirSync(join(ROOT, group))
      .toSorted()
      .map((name) => join(ROOT, group, name))
      .filter((path) => existsSync(join(path, 'package.json'))),
  );
}

/** A build that is missing altogether was deleted by hand. */
function isBuilt() {
  return workspaces().every((path) => existsSync(join(path, 'dist')) || !existsSync(join(path, 'tsconfig.build.json')));
}

/** Names, sizes and times of everything that a build reads. */
function digestOfSources() {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) for (const name of readdirSync(path).toSorted()) add(join(path, name));
    else hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const file of ['package-lock.json', 'turbo.json', 'tsconfig.base.json']) add(join(ROOT, file));
  for (const path of workspaces()) {
    for (const part of ['src', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'schema.graphql']) add(join(path, part));
  }
  return hash.digest('hex');
}

/** Runs the verb with our input and output. Signals are passed on, and the exit code is its exit code. */
function handOver(node, argv) {
  const child = spawn(node, argv, { cwd: ROOT, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  onParentGone(() => child.kill('SIGTERM'));
  child.on('error', (error) => fail(error.message));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/** npm passes a signal to the shell between it and us, and the shell dies of it without a word. */
function onParentGone(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 250);
}

/** The npm that runs this script, or the one of the machine. */
function npm(argv) {
  const own = process.env.npm_execpath;
  if (own?.endsWith('.js') || own?.endsWith('.cjs')) run(process.execPath, [own, ...argv]);
  else run('npm', argv);
}

function run(command, argv) {
  const { status, error } = spawnSync(command, argv, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    // The last one is for an npm that does not know `allowScripts`: no download of what ONNX Runtime brings along already.
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (error !== undefined) fail(`${command} could not be run: ${error.message}`);
  if (status !== 0) fail(`${command} ${argv.join(' ')} ended with code ${status}.`);
}

function readOr(path, fallback) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback;
  }
}

function say(text) {
  console.error(`[millrace] ${text}`);
}

function fail(text, code = 1) {
  console.error(`[millrace] ${text}`);
  process.exit(code);
}
