import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { takeStateLock } from './state-lock.ts';

const folders: string[] = [];
let file: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-lock-'));
  folders.push(folder);
  file = join(folder, 'runtime.lock');
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describe('the lock of a state folder', () => {
  it('keeps a second process out and says who holds it since when', async () => {
    const lock = await takeStateLock(file);
    const { since } = JSON.parse(await readFile(file, 'utf8')) as { since: string };
    const second = takeStateLock(file);
    await expect(second).rejects.toMatchObject({ code: 'CONFLICT', fields: { pid: process.pid, since } });
    await expect(second).rejects.toThrow(`is held by process ${process.pid} since ${since}`);
    await lock.release();
    await (await takeStateLock(file)).release();
  });

  it('of a dead process is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(file, JSON.stringify({ pid, identity: 'before', since: '2026-01-01T00:00:00.000Z' }));
    const lock = await takeStateLock(file);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
    expect(await readdir(join(file, '..'))).toEqual([]);
  });

  it('of a process whose pid belongs to another one by now is taken over', async () => {
    await writeFile(file, JSON.stringify({ pid: process.ppid, identity: 'of the last boot', since: '2026-01-01T00:00:00.000Z' }));
    await (await takeStateLock(file)).release();
  });

  it.each(['', 'not JSON'])('that was written in half (%j) is taken over', async (text) => {
    await writeFile(file, text);
    await (await takeStateLock(file)).release();
  });

  it('is had by one of many that find the same stale one', async () => {
    await writeFile(file, JSON.stringify({ pid: 2 ** 22 + 1, identity: 'gone', since: '' }));
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeStateLock(file)));
    expect(takers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
