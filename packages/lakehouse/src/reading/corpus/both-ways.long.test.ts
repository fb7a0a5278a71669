import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { checkMadeUp } from './both-ways.fixture.ts';
import { randomCsv, randomNdjson } from './random-texts.fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-both-ways-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['separated values', randomCsv],
  ['JSON', randomNdjson],
] as const)('2,000 plain and less plain files of %s are read to the same end by both ways', (_, make) => checkMadeUp(folder, make, 1000, 2000), 600_000);
