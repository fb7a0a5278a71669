import { FilesystemStore } from '@millrace/storage';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UnusedArtifacts } from './unused-artifacts.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2026, 10, 30);
let folder: string;
let artifacts: FilesystemStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-artifacts-'));
  artifacts = new FilesystemStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts an artifact as if it had been downloaded at `time`. */
async function downloaded(text: string, time: number): Promise<string> {
  const { digest } = await artifacts.put(Buffer.from(text));
  await utimes(artifacts.path(digest), time / 1000, time / 1000);
  return digest;
}

it('what is served stays however old it is; what nothing has used for a day goes', async () => {
  const served = await downloaded('served', NOW - 90 * DAY);
  const former = await downloaded('former', NOW - 2 * DAY);
  const fresh = await downloaded('fresh', NOW - DAY / 2);
  expect(await new UnusedArtifacts(artifacts).remove(new Set([served]), NOW)).toBe('former'.length);
  expect(await Promise.all([served, former, fresh].map((digest) => artifacts.has(digest)))).toEqual([true, false, true]);
});

it('a version that was withdrawn is here for a day, so that a rollback needs no download', async () => {
  const digest = await downloaded('served for long', NOW - 90 * DAY);
  const unused = new UnusedArtifacts(artifacts);
  await unused.remove(new Set([digest]), NOW);
  await unused.remove(new Set(), NOW + DAY);
  expect(await artifacts.has(digest)).toBe(true);
  await unused.remove(new Set(), NOW + DAY + 1);
  expect(await artifacts.has(digest)).toBe(false);
});

it('a folder that is not there yet, and files that are no artifacts, are no failure', async () => {
  const unused = new UnusedArtifacts(artifacts);
  expect(await unused.remove(new Set(), NOW)).toBe(0);
  const digest = await downloaded('served', NOW);
  await writeFile(`${artifacts.path(digest)}.note`, 'of a person');
  expect(await unused.remove(new Set(), NOW + 2 * DAY)).toBe('served'.length);
});
