import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Suspects } from './suspects.ts';

const NOW = Date.UTC(2026, 10, 30);
const DAY = 24 * 3_600_000;
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-suspects-'));
  path = join(folder, 'state', 'suspects.json');
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

it('a model in whose load the process ended gets a process of its own for a day, over any number of ends', () => {
  const first = Suspects.open(path, NOW);
  expect(first.reasonOf('sha256:a')).toBeUndefined();
  first.begin('sha256:a');
  const second = Suspects.open(path, NOW + 1000);
  expect(second.reasonOf('sha256:a')).toMatch('ended unexpectedly');
  expect(Suspects.open(path, NOW + DAY).reasonOf('sha256:a')).toMatch('ended unexpectedly');
  expect(Suspects.open(path, NOW + DAY + 1000).reasonOf('sha256:a')).toBeUndefined();
});

it('one that has served for a while, and one of a process that ended as it should, are not suspected', () => {
  vi.useFakeTimers();
  const trusted = Suspects.open(path, NOW);
  trusted.begin('sha256:a');
  trusted.loaded('sha256:a');
  trusted.begin('sha256:b');
  trusted.loaded('sha256:b');
  vi.advanceTimersByTime(9000);
  // Loaded again by another version: its time begins again.
  trusted.begin('sha256:b');
  trusted.loaded('sha256:b');
  vi.advanceTimersByTime(2000);
  const next = Suspects.open(path, NOW);
  expect([next.reasonOf('sha256:a'), next.reasonOf('sha256:b')]).toEqual([undefined, expect.stringMatching('ended')]);
  next.begin('sha256:c');
  next.close();
  expect(Suspects.open(path, NOW).reasonOf('sha256:c')).toBeUndefined();
});

it('a record that is damaged, or cannot be written, suspects nobody and stops nothing', async () => {
  Suspects.open(path, NOW).begin('sha256:a');
  await writeFile(path, '{"onTrial":');
  expect(Suspects.open(path, NOW).reasonOf('sha256:a')).toBeUndefined();
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ onTrial: [], suspects: {} });
  const nowhere = Suspects.open(join(path, 'below-a-file', 'suspects.json'), NOW);
  nowhere.begin('sha256:a');
  nowhere.loaded('sha256:a');
  nowhere.close();
  expect(nowhere.reasonOf('sha256:a')).toBeUndefined();
});
