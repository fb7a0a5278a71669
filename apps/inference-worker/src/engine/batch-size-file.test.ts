import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchSizeFile } from './batch-size-file.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-batch-sizes-'));
  path = join(folder, 'batch-sizes.json');
});
afterEach(() => rm(folder, { recursive: true }));

const key = { artifactDigest: 'sha256:00', provider: 'cpu', maximumRows: 256 } as const;

test('a size is found again after a restart, for the same artifact, provider and limit only', async () => {
  const file = await BatchSizeFile.open(path, 'cpu-x64-2');
  file.keep(key, 64);
  await file.settled();
  const again = await BatchSizeFile.open(path, 'cpu-x64-2');
  expect(again.find(key)).toBe(64);
  expect(again.find({ ...key, provider: 'webgpu' })).toBeUndefined();
  expect(again.find({ ...key, maximumRows: 32 })).toBeUndefined();
  expect(again.find({ ...key, artifactDigest: 'sha256:01' })).toBeUndefined();
});

test('what another class of node found does not count', async () => {
  const file = await BatchSizeFile.open(path, 'cpu-x64-2');
  file.keep(key, 64);
  await file.settled();
  expect((await BatchSizeFile.open(path, 'cpu-arm64-8')).find(key)).toBeUndefined();
});

test('a damaged file counts as empty and is replaced', async () => {
  await writeFile(path, '{"nodeClass":"cpu-x64-2","sizes":[["a"');
  const file = await BatchSizeFile.open(path, 'cpu-x64-2');
  expect(file.find(key)).toBeUndefined();
  file.keep(key, 8);
  await file.settled();
  expect((await BatchSizeFile.open(path, 'cpu-x64-2')).find(key)).toBe(8);
});

test('a folder that is not there costs the memory and nothing else', async () => {
  const file = await BatchSizeFile.open(join(folder, 'absent', 'sizes.json'), 'cpu-x64-2');
  file.keep(key, 8);
  await file.settled();
  expect(file.find(key)).toBe(8);
});
