import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSpillFolder } from './spill-folder.ts';

it('removes what a dead process left, and nothing of a living one or of anybody else', async () => {
  const root = await mkdtemp(join(tmpdir(), 'millrace-spill-test-'));
  try {
    await writeFile(join(root, 'other'), '');
    const dead = spawnSync(process.execPath, ['--version']).pid;
    await openSpillFolder(root, dead);
    await openSpillFolder(root, process.ppid);
    const own = await openSpillFolder(root, process.pid);
    const names = await readdir(root);
    expect(names).toHaveLength(3);
    expect(names).toContain('other');
    expect(names.some((name) => name.endsWith(`-${dead}`))).toBe(false);
    expect(names.map((name) => join(root, name))).toContain(own);
  } finally {
    await rm(root, { recursive: true });
  }
});
