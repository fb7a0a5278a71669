import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commit } from './commit.ts';
import type { Action, AddAction, RemoveAction } from './actions.ts';
import type { CommitRequest } from './commit-request.ts';
import { findTransaction } from './find-transaction.ts';
import { commitPath, logFolderOf } from './log-files.ts';
import { findSnapshot, readSnapshot } from './snapshot.ts';

let table: string;
beforeEach(async () => {
  table = await mkdtemp(join(tmpdir(), 'millrace-delta-'));
});
afterEach(() => rm(table, { recursive: true, force: true }));

const field = (name: string, type = 'long') => ({ name, type, nullable: true, metadata: {} });
const file = (path: string, tag = 'none', rows = 1): AddAction => ({
  path,
  partitionValues: {},
  size: 10,
  modificationTime: 1,
  dataChange: true,
  stats: `{"numRecords":${rows}}`,
  tags: { part: tag },
});
const append = (path: string, more: Partial<CommitRequest> = {}): CommitRequest => ({
  table,
  fields: [field('a')],
  partitionColumns: [],
  add: [file(path)],
  info: {},
  ...more,
});

const removalOf = (path: string): RemoveAction => ({
  path,
  deletionTimestamp: 1,
  dataChange: true,
  extendedFileMetadata: true,
  partitionValues: {},
  size: 10,
});

/** Replaces `old` and what is tagged `mine`; rivals land as versions 1 and on while the commit is under way. */
function racing(rivals: readonly (readonly Action[])[]): (candidate: AddAction) => boolean {
  let raced = false;
  return ({ path, tags }) => {
    if (!raced)
      for (const [index, actions] of rivals.entries()) writeFileSync(commitPath(table, index + 1), actions.map((action) => JSON.stringify(action)).join('\n'));
    raced = true;
    return path === 'old' || tags?.['part'] === 'mine';
  };
}

describe('a Delta commit', () => {
  it('makes the table at version 0 and can be read back at every version', async () => {
    expect(await findSnapshot(table)).toBeUndefined();
    expect(await commit(append('one'))).toMatchObject({ status: 'COMMITTED', version: 0 });
    expect(await commit(append('two'))).toMatchObject({ status: 'COMMITTED', version: 1 });
    expect([...(await readSnapshot(table, 0)).files.keys()]).toEqual(['one']);
    expect(await readSnapshot(table)).toMatchObject({ version: 1, rows: 2, bytes: 20, columns: [{ name: 'a', type: 'long', nullable: true }] });
  });

  it('of many writers at once lands each exactly once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, index) => commit(append(`file-${index}`))));
    expect(outcomes.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect((await readSnapshot(table)).files.size).toBe(12);
  });

  it('with a transaction happens once, also when delivered twice at the same time, and can be found again', async () => {
    const transaction = { appId: 'node/7', version: 3 };
    const outcomes = await Promise.all([commit(append('x', { transaction, info: { run: 'r1' } })), commit(append('y', { transaction, info: { run: 'r1' } }))]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['COMMITTED', 'SKIPPED']);
    expect((await readSnapshot(table)).files.size).toBe(1);
    expect(await commit(append('z', { transaction: { appId: 'node/7', version: 2 } }))).toMatchObject({ status: 'SKIPPED', transactionVersion: 3 });
    expect(await findTransaction(table, 'node/7', 3)).toMatchObject({ version: 0, info: { run: 'r1' } });
    expect(await findTransaction(table, 'node/7', 9)).toBeUndefined();
  });

  it('replaces the files it names in the same version', async () => {
    await commit(append('old', { add: [file('old', 'january'), file('kept', 'february')] }));
    await commit(append('new', { add: [file('new', 'january')], replaces: ({ tags }) => tags?.['part'] === 'january' }));
    expect([...(await readSnapshot(table)).files.keys()].toSorted()).toEqual(['kept', 'new']);
    expect([...(await readSnapshot(table)).tombstones.keys()]).toEqual(['old']);
  });

  it('fails with COMMIT_CONFLICT where another writer removed the same file meanwhile', async () => {
    await commit(append('old'));
    const rival = { remove: { path: 'old', deletionTimestamp: 1, dataChange: true, extendedFileMetadata: true, partitionValues: {}, size: 10 } };
    let raced = false;
    const replaces = (): boolean => {
      if (!raced) writeFileSync(commitPath(table, 1), JSON.stringify(rival));
      raced = true;
      return true;
    };
    await expect(commit(append('new', { replaces }))).rejects.toMatchObject({ code: 'COMMIT_CONFLICT', retryable: true });
    expect((await readSnapshot(table)).files.size).toBe(0);
  });

  it('overlooks no commit that landed between two tries', async () => {
    await commit(append('old'));
    const rivals: Action[][] = [[{ add: file('unrelated', 'other') }], [{ remove: removalOf('old') }, { add: file('rival', 'mine') }]];
    await expect(commit(append('new', { add: [file('new', 'mine')], replaces: racing(rivals) }))).rejects.toMatchObject({ code: 'COMMIT_CONFLICT' });
    expect([...(await readSnapshot(table)).files.keys()].toSorted()).toEqual(['rival', 'unrelated']);
  });

  it('of a newer transaction replaces what an older one of its application added meanwhile', async () => {
    await commit(append('old'));
    const rival: Action[] = [{ txn: { appId: 'interval', version: 1, lastUpdated: 1 } }, { remove: removalOf('old') }, { add: file('older', 'mine') }];
    const outcome = await commit(append('newer', { add: [file('newer', 'mine')], replaces: racing([rival]), transaction: { appId: 'interval', version: 2 } }));
    expect(outcome).toMatchObject({ status: 'COMMITTED', version: 2 });
    expect([...(await readSnapshot(table)).files.keys()]).toEqual(['newer']);
  });

  it('widens the schema by new columns and refuses a changed type or other partitions', async () => {
    await commit(append('one'));
    await commit(append('two', { fields: [field('a'), field('b', 'string')] }));
    expect((await readSnapshot(table)).columns.map(({ name }) => name)).toEqual(['a', 'b']);
    await expect(commit(append('three', { fields: [field('a', 'string')] }))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('BIGINT'),
    });
    await expect(commit(append('four', { fields: [field('A')] }))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(commit(append('five', { partitionColumns: ['a'] }))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('the log', () => {
  it('is readable from its checkpoint alone, with transactions, tags and tombstones', async () => {
    for (let version = 0; version <= 10; version++) {
      await commit(
        append(`file-${version}`, {
          transaction: { appId: `app/${version % 2}`, version },
          ...(version === 5 ? { replaces: ({ path }: AddAction) => path === 'file-0' } : {}),
        }),
      );
    }
    const before = await readSnapshot(table);
    for (let version = 0; version < 10; version++) await rm(commitPath(table, version));
    const after = await readSnapshot(table);
    expect([...after.files.keys()]).toEqual([...before.files.keys()]);
    expect(after.files.get('file-3')?.tags).toEqual({ part: 'none' });
    expect(after.transactions).toEqual(before.transactions);
    expect([...after.tombstones.keys()]).toEqual(['file-0']);
    expect(await commit(append('more'))).toMatchObject({ status: 'COMMITTED', version: 11 });
  });

  it('never shows a commit that was not finished, and keeps no temporary file', async () => {
    await commit(append('one'));
    await writeFile(join(logFolderOf(table), '.torn.tmp'), '{"add":{"pa');
    expect((await readSnapshot(table)).version).toBe(0);
    expect((await readdir(logFolderOf(table))).filter((name) => name.endsWith('.tmp'))).toEqual(['.torn.tmp']);
  });

  it('fails with TABLE_UNSUPPORTED for protocols and features that are not known here', async () => {
    await commit(append('one'));
    const upgrade = (protocol: object) => writeFile(commitPath(table, 1), JSON.stringify({ protocol }));
    await upgrade({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] });
    await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('deletionVectors') });
    await upgrade({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['domainMetadata'] });
    expect((await readSnapshot(table)).version).toBe(1);
    await expect(commit(append('two'))).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('domainMetadata') });
  });

  it('fails with TABLE_UNSUPPORTED where a commit is damaged or absent, and NOT_FOUND for a version to come', async () => {
    await commit(append('one'));
    await expect(readSnapshot(table, 5)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await writeFile(commitPath(table, 1), '{"add":');
    await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED' });
    await rm(commitPath(table, 1));
    await writeFile(commitPath(table, 2), '{}');
    await expect(readSnapshot(table)).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED', message: expect.stringContaining('lacks commit 1') });
  });
});
