import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const BOOTSTRAP = fileURLToPath(new URL('../bootstrap.mjs', import.meta.url));
const LOCK = fileURLToPath(new URL('../../../package-lock.json', import.meta.url));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-bootstrap-'));
});
afterEach(() => rm(root, { recursive: true }));

it('a Node that is not the one that was pinned is not run', async () => {
  const { packages } = JSON.parse(await readFile(LOCK, 'utf8')) as { packages: Record<string, { version: string }> };
  const { version } = packages['node_modules/node'] ?? { version: '' };
  const lock = JSON.stringify({ packages: { 'node_modules/node': { version } } });
  const bin = join(root, 'node_modules', 'node', 'bin');
  for (const folder of [bin, join(root, 'infra', 'local')]) await mkdir(folder, { recursive: true });
  await copyFile(BOOTSTRAP, join(root, 'infra', 'local', 'bootstrap.mjs'));
  for (const file of ['package-lock.json', 'node_modules/.package-lock.json']) await writeFile(join(root, file), lock);
  const mark = join(root, 'was-run');
  await writeFile(join(bin, 'node'), `#!/bin/sh\ntouch '${mark}'\n`);
  await chmod(join(bin, 'node'), 0o755);
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'infra', 'local', 'bootstrap.mjs'), 'admin'], { encoding: 'utf8' });
  // No digest is pinned for this machine: then it is only told.
  if (process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')) {
    expect(stderr).toMatch(new RegExp(`is not the Node ${version} that is pinned: its SHA-256 is [0-9a-f]{64}`));
    expect(status).toBe(1);
    await expect(readFile(mark)).rejects.toMatchObject({ code: 'ENOENT' });
  } else expect(stderr).toContain('no checksum is pinned');
});
