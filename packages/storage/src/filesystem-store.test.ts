import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FilesystemStore } from './filesystem-store.ts';
import { openStorage } from './open-storage.ts';
import { STORE_CONFORMANCE } from './store-conformance.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-storage-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the filesystem store', () => {
  for (const { name, run } of STORE_CONFORMANCE) {
    it(name, async () => {
      const store = openStorage(pathToFileURL(root).href);
      await run({ store, damage: (digest) => writeFile(store.path?.(digest) ?? '', 'damaged') });
      expect(true).toBe(true);
    });
  }

  it('removes what uploads that were killed have left, and no upload that is under way', async () => {
    const store = openStorage(pathToFileURL(root).href);
    await store.put(Buffer.from('kept'));
    await writeFile(join(root, 'temporary', 'left'), 'half');
    expect(await store.removeLeftovers(new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.removeLeftovers(new Date(Date.now() + 60_000))).toBe(4);
    expect(await readdir(join(root, 'temporary'))).toEqual([]);
  });

  it.each([
    ['while its folder is', []],
    ['where an empty folder is in its place, as when a share is not mounted', ['artifacts']],
  ])('says that it is away %s, loses nothing by it, and begins no new one', async (_, left) => {
    const store = new FilesystemStore(join(root, 'artifacts'));
    const { digest } = await store.put(Buffer.from('kept'));
    await rename(join(root, 'artifacts'), join(root, 'away'));
    for (const name of left) await mkdir(join(root, name));
    const away = { code: 'STORAGE_UNAVAILABLE', retryable: true };
    await expect(store.put(Buffer.from('more'))).rejects.toMatchObject(away);
    await expect(store.read(digest)).rejects.toMatchObject(away);
    await expect(store.get(digest)).rejects.toMatchObject(away);
    await expect(store.has(digest)).rejects.toMatchObject(away);
    await expect(store.digests()).rejects.toMatchObject(away);
    for (const name of left) await rmdir(join(root, name));
    await rename(join(root, 'away'), join(root, 'artifacts'));
    expect(await store.has(digest)).toBe(true);
  });

  it('leaves no temporary file behind, also after a failed put', async () => {
    const store = openStorage(pathToFileURL(root).href);
    await store.put(Buffer.from('kept'));
    await expect(
      store.put(
        (async function* () {
          yield Buffer.from('x');
          throw new Error('cut');
        })(),
      ),
    ).rejects.toThrow('cut');
    expect(await readdir(join(root, 'temporary'))).toEqual([]);
  });
});

describe('openStorage', () => {
  it('refuses a scheme that it has no adapter for and names those that work', () => {
    expect(() => openStorage('s3://bucket/prefix')).toThrowError(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringMatching(/s3:.*file:\/\//s) }),
    );
    expect(() => openStorage('not a url')).toThrowError(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('refuses a file URL with a host instead of dropping the host', () => {
    expect(() => openStorage('file://var/lib/millrace')).toThrowError(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining('three slashes') }),
    );
  });
});
