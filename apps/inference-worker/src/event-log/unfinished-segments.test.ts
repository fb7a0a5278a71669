import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SegmentEncoder } from '@millrace/prediction-segment';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MACHINE_FILES, type SegmentFiles } from './segment-files.ts';
import { SegmentFolder } from './segment-folder.ts';
import { UnfinishedSegments } from './unfinished-segments.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'millrace-unfinished-'));
});
afterEach(() => rm(path, { recursive: true }));

it('a segment that got another number, and could not be closed on a full disk, is closed when there is room again', async () => {
  let isFull = false;
  const files: SegmentFiles = {
    ...MACHINE_FILES,
    create: (name) => (isFull && name.includes('.manifest.') ? Promise.reject(new Error('ENOSPC')) : MACHINE_FILES.create(name)),
  };
  const folder = new SegmentFolder(path, Date.UTC(2026, 0, 1), files);
  const encoder = new SegmentEncoder();
  const head = Buffer.from(encoder.head({ endpointId: 'ep_1', endpoint: 'flights', windowSeconds: null }));
  const { bytes } = encoder.rows([
    { modelVersionId: 'mv_1', rows: 2, ids: ['r'], spans: Int32Array.of(2), times: new Float64Array(2), scores: new Float64Array(2), features: [] },
  ]);
  const file = await folder.createRows(7);
  await file.write(Buffer.concat([head, bytes]), 0);
  await file.close();

  const unfinished = new UnfinishedSegments({ folder, findProfiles: () => Promise.resolve(new Map()), onClosed: () => undefined, log: () => undefined });
  isFull = true;
  expect(await unfinished.close({ sequence: 7, atLeast: 20 })).toBe(0);
  isFull = false;
  expect(await unfinished.closeAll()).toBe(2);
  expect(await unfinished.closeAll()).toBe(0);
  unfinished.stop();
  expect(await folder.closed()).toEqual([20]);
  expect((await readdir(path)).toSorted()).toEqual(['20.manifest.json', '20.segment', 'last-sequence']);
});
