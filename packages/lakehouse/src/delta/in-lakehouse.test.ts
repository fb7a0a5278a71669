import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendRows } from '../tables/append-rows.ts';
import { beginLakehouse, inLakehouse } from './in-lakehouse.ts';
import { makeFolder } from './make-folder.ts';
import { findSnapshot, readSnapshot } from './snapshot.ts';

const AWAY = expect.objectContaining({ code: 'STORAGE_UNAVAILABLE', retryable: true });

let folder: string;
let root: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-lakehouse-'));
  root = join(folder, 'lakehouse');
  await beginLakehouse(root, { holdsRows: false });
});
afterEach(() => rm(folder, { recursive: true }));

describe('while the file system of the lakehouse is away', () => {
  it('no table is begun in its place, and it can come back', async () => {
    await rename(root, `${root}-away`);
    const append = appendRows({
      table: join(root, 'ws_1', 'flights'),
      files: [],
      columns: [{ name: 'n', type: 'long', nullable: true }],
      transaction: { appId: 'test', version: 1 },
    });
    await expect(append).rejects.toEqual(AWAY);
    await rename(`${root}-away`, root);
    expect(await readdir(root)).toEqual(['.lakehouse']);
  });

  it('work is not begun, and what comes of work that it goes away under counts for nothing', async () => {
    const goesAway = async (): Promise<void> => rename(root, `${root}-away`);
    const read = inLakehouse(root, async () => {
      await goesAway();
      return findSnapshot(join(root, 'ws_1', 'flights'));
    });
    await expect(read).rejects.toEqual(AWAY);
    await expect(inLakehouse(root, () => Promise.resolve(7))).rejects.toEqual(AWAY);
    await rename(`${root}-away`, root);
    const failing = inLakehouse(root, async () => {
      await goesAway();
      return readSnapshot(join(root, 'ws_1', 'flights'));
    });
    await expect(failing).rejects.toEqual(AWAY);
    await rename(`${root}-away`, root);
    expect(await inLakehouse(root, () => Promise.resolve(7))).toBe(7);
    await expect(inLakehouse(root, () => readSnapshot(join(root, 'ws_1', 'flights')))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

it('a folder is made with those above it that may be, and left as it is when it is there', async () => {
  await makeFolder(join(root, 'ws_1', 'flights'), 1);
  await makeFolder(join(root, 'ws_1', 'flights'), 1);
  await expect(makeFolder(join(root, 'ws_2', 'flights', 'month=1'), 1)).rejects.toEqual(AWAY);
});

it('where an empty folder is in its place, as when a share is not mounted, no work is done, and a start begins nothing', async () => {
  await rename(root, `${root}-away`);
  await mkdir(root);
  await expect(inLakehouse(root, () => Promise.resolve(7))).rejects.toEqual(AWAY);
  await beginLakehouse(root, { holdsRows: true });
  expect(await readdir(root)).toEqual([]);
  await rm(root, { recursive: true });
  await beginLakehouse(root, { holdsRows: true });
  await expect(readdir(root)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('a lakehouse with tables that has no mark yet gets one', async () => {
  await rm(join(root, '.lakehouse'));
  await mkdir(join(root, 'ws_1'));
  await beginLakehouse(root, { holdsRows: true });
  expect(await inLakehouse(root, () => Promise.resolve(7))).toBe(7);
});
