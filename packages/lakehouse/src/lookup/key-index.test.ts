import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSnapshot } from '../delta/snapshot.ts';
import { openLake, type Lake } from '../lake.fixture.ts';
import { rewriteByOthers } from '../pipeline/rewrite-by-others.fixture.ts';
import { appendRows } from '../tables/append-rows.ts';
import { KeyIndex } from './key-index.ts';
import { distinctKeys, mergeRuns } from './key-run.ts';

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const COLUMNS = [
  { name: 'id', type: 'string', nullable: true },
  { name: 'place', type: 'string', nullable: true },
] as const;

/** A table to which rows of `[id, place]` are appended, a commit each time. */
function tableOf(name: string) {
  const table = join(lake.tables, name);
  let commits = 0;
  const append = async (rows: readonly (readonly [string | null, string])[]): Promise<void> => {
    const file = await lake.text(`${name}-${++commits}.ndjson`, rows.map(([id, place]) => JSON.stringify({ id, place })).join('\n'));
    await appendRows({ table, files: [file], columns: COLUMNS, transaction: { appId: `rows ${commits}`, version: 1 } });
  };
  const places = async (ids: readonly string[]): Promise<Record<string, string[]>> => {
    const index = new KeyIndex({ table, key: 'id', place: 'place' });
    const snapshot = await readSnapshot(table);
    const found: Record<string, string[]> = {};
    for (const id of ids) {
      const { keys } = await index.keysWhere(snapshot, () => true, `id = '${id}'`);
      const here: string[] = [];
      await index.find(snapshot, keys, (_key, place) => here.push(place));
      found[id] = here.toSorted();
    }
    return found;
  };
  return { table, append, places };
}

const isBeforeTen = (place: string): boolean => place < 'p10';

async function bytesOf(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('an index of keys', () => {
  it('tells a place once, after another engine has taken rows out of files and left others', async () => {
    const { table, append, places } = tableOf('rewritten');
    for (let commit = 0; commit < 3; commit++)
      await append([
        [`kept-${commit}`, `p${commit}`],
        [`gone-${commit}`, `p${commit}`],
      ]);
    expect(await places(['kept-1', 'gone-1'])).toEqual({ 'kept-1': ['p1'], 'gone-1': ['p1'] });
    await rewriteByOthers(table, { where: "id NOT LIKE 'gone-%'" });
    await append([['new', 'p3']]);
    expect(await places(['kept-0', 'kept-2', 'gone-2', 'new'])).toEqual({ 'kept-0': ['p0'], 'kept-2': ['p2'], 'gone-2': [], new: ['p3'] });
    await rewriteByOthers(table);
    expect(await places(['kept-0', 'new'])).toEqual({ 'kept-0': ['p0'], new: ['p3'] });
  });

  it('tells every place of a key, over many commits and merged runs', async () => {
    const { table, append, places } = tableOf('many');
    for (let commit = 0; commit < 26; commit++)
      await append([
        [`only-${commit}`, `p${commit}`],
        ['always', `p${commit % 3}`],
        [null, 'nowhere'],
      ]);
    expect(await places(['only-0', 'only-17', 'only-25', 'always'])).toEqual({
      'only-0': ['p0'],
      'only-17': ['p17'],
      'only-25': ['p25'],
      always: ['p0', 'p1', 'p2'],
    });
    for (let commit = 26; commit < 32; commit++) {
      await append([[`only-${commit}`, `p${commit}`]]);
      expect(await places([`only-${commit}`])).toEqual({ [`only-${commit}`]: [`p${commit}`] });
    }
    const runs = (await readdir(join(table, '_keys'))).toSorted();
    expect(runs.length).toBeLessThan(7);
    expect(runs.every((name) => name.endsWith('.run'))).toBe(true);
  });

  it('is made again where it is gone', async () => {
    const { table, append, places } = tableOf('gone');
    await append([['a', 'x']]);
    await append([['b', 'y']]);
    expect(await places(['a'])).toEqual({ a: ['x'] });
    await rm(join(table, '_keys'), { recursive: true });
    expect(await places(['a', 'b'])).toEqual({ a: ['x'], b: ['y'] });
  });

  it('is made again from the files where the log no longer reaches back to what it has', async () => {
    const { table, append, places } = tableOf('cleaned');
    for (let commit = 0; commit < 12; commit++) await append([[`id-${commit}`, `p${commit}`]]);
    for (let version = 0; version < 10; version++) await rm(join(table, '_delta_log', `${String(version).padStart(20, '0')}.json`));
    expect(await places(['id-2', 'id-11'])).toEqual({ 'id-2': ['p2'], 'id-11': ['p11'] });
  });

  it('lets go of keys whose places are gone, and of what a killed writer left, and finds all others', async () => {
    const { table, append, places } = tableOf('shrunk');
    for (let commit = 0; commit < 12; commit++)
      await append([
        [`id-${commit}`, `p${String(commit).padStart(2, '0')}`],
        ['always', `p${String(commit).padStart(2, '0')}`],
      ]);
    await places(['always']);
    const folder = join(table, '_keys');
    const left = join(folder, 'killed.run.tmp');
    await writeFile(left, 'half');
    await utimes(left, 0, 0);
    const before = await bytesOf(folder);
    const index = new KeyIndex({ table, key: 'id', place: 'place' });
    expect(await index.shrink(await readSnapshot(table), (place) => place < 'p00')).toBe(1);
    expect(await index.shrink(await readSnapshot(table), isBeforeTen)).toBeGreaterThan(0);
    expect(await index.shrink(await readSnapshot(table), isBeforeTen)).toBe(0);
    expect(await bytesOf(folder)).toBeLessThan(before / 2);
    expect(await places(['id-3', 'id-11', 'always'])).toEqual({ 'id-3': [], 'id-11': ['p11'], always: ['p10', 'p11'] });
    await append([['id-3', 'p12']]);
    expect(await places(['id-3'])).toEqual({ 'id-3': ['p12'] });
  });

  it('gives what was added after a version', async () => {
    const { table, append } = tableOf('since');
    await append([['a', 'x']]);
    const before = await readSnapshot(table);
    await append([
      ['b', 'y'],
      ['c', 'y'],
      ['b', 'z'],
    ]);
    const index = new KeyIndex({ table, key: 'id', place: 'place' });
    const since = await index.keysSince(await readSnapshot(table), before.version);
    expect([...(since?.dictionary ?? [])].toSorted()).toEqual(['y', 'z']);
    expect(distinctKeys(since?.keys ?? new Float64Array())).toHaveLength(2);
  });

  it('serves readers that look while others write and merge', async () => {
    const { table, append } = tableOf('race');
    const appended: string[] = [];
    const look = async (): Promise<void> => {
      const index = new KeyIndex({ table, key: 'id', place: 'place' });
      const expected = appended.length;
      const snapshot = await readSnapshot(table);
      const { keys } = await index.keysWhere(snapshot, () => true, 'true');
      const found = new Set<string>();
      await index.find(snapshot, keys, (_key, place) => found.add(place));
      expect(found.size).toBeGreaterThanOrEqual(expected);
    };
    for (let round = 0; round < 8; round++) {
      await append([[`id-${round}`, `p${round}`]]);
      appended.push(`p${round}`);
      await Promise.all([look(), look(), look()]);
    }
  });
});

it('merging gives every pair once, in the order of keys', () => {
  const merged = mergeRuns([
    { keys: Float64Array.of(1, 1, 5), places: Uint32Array.of(0, 1, 1), dictionary: ['a', 'b'] },
    { keys: Float64Array.of(1, 2, 5), places: Uint32Array.of(1, 0, 0), dictionary: ['c', 'a'] },
    { keys: Float64Array.of(0), places: Uint32Array.of(0), dictionary: ['b'] },
  ]);
  const pairs = [...merged.keys].map((key, index) => `${key}${merged.dictionary[merged.places[index] ?? -1]}`);
  expect(pairs.toSorted()).toEqual(['0b', '1a', '1b', '2c', '5b', '5c']);
  expect([...merged.keys]).toEqual([0, 1, 1, 2, 5, 5]);
});
