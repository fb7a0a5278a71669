import { MillraceError } from '@millrace/contracts';
import { digestOf, FilesystemStore } from '@millrace/storage';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLocalArtifact } from './local-artifact.ts';

const CONTENT = Buffer.from('model');
const DIGEST = digestOf(CONTENT);

let folder: string;
let artifacts: FilesystemStore;
let downloads: number;
let sent: Uint8Array;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-artifact-'));
  artifacts = new FilesystemStore(folder);
  downloads = 0;
  sent = CONTENT;
});
afterEach(() => rm(folder, { recursive: true }));

const client = {
  downloadArtifact: async (): Promise<Uint8Array> => {
    downloads++;
    return sent;
  },
};

/** As a session reads it. */
async function read(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (digestOf(bytes) !== DIGEST) throw new MillraceError('ARTIFACT_CORRUPT', 'damaged');
  return bytes.toString();
}

it('an artifact is downloaded once, and again where its copy was damaged', async () => {
  expect(await withLocalArtifact({ artifacts, client }, DIGEST, read)).toBe('model');
  expect(await withLocalArtifact({ artifacts, client }, DIGEST, read)).toBe('model');
  expect(downloads).toBe(1);
  await writeFile(artifacts.path(DIGEST), 'damaged');
  expect(await withLocalArtifact({ artifacts, client }, DIGEST, read)).toBe('model');
  expect(downloads).toBe(2);
});

it('one that arrives damaged is refused, and another failure downloads nothing', async () => {
  sent = Buffer.from('other');
  await expect(withLocalArtifact({ artifacts, client }, DIGEST, read)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT', fields: { digest: DIGEST } });
  await artifacts.put(CONTENT);
  await expect(withLocalArtifact({ artifacts, client }, DIGEST, () => Promise.reject(new MillraceError('MODEL_INVALID', 'broken')))).rejects.toMatchObject({
    code: 'MODEL_INVALID',
  });
  expect(downloads).toBe(1);
});
