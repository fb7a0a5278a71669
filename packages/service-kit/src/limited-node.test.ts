import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { halfOfMemory, limitedNode } from './limited-node.ts';

const run = promisify(execFile);
const GIBIBYTE = 2 ** 30;
let folder: string;
let entry: URL;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-limited-'));
  const path = join(folder, 'entry.mjs');
  await writeFile(path, `try { new ArrayBuffer(2 * ${GIBIBYTE}); console.log('taken'); } catch (error) { console.log(error.name); }`);
  entry = pathToFileURL(path);
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  [undefined, 'taken'],
  [4 * GIBIBYTE, 'taken'],
  [GIBIBYTE / 4, 'RangeError'],
])('a Node that may allocate %s bytes asks for two gibibytes: %s', async (limit, outcome) => {
  const { file, args } = limitedNode(entry, limit);
  expect((await run(file, [...args])).stdout.trim()).toBe(outcome);
});

it('half of the memory is that of the control group where there is one', () => {
  expect([halfOfMemory(1000, 0), halfOfMemory(1000, 600), halfOfMemory(1000, 2 ** 60)]).toEqual([500, 300, 500]);
});
