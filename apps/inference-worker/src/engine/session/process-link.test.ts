import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessLink, sessionProcessIds } from './process-link.ts';
import { MESSAGE_PIPE } from './session-pipes.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-link-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['a text that is none', [4, 0, 0, 0, ...new Array<number>(8).fill(0), 0x7b, 0x7b, 0x7b, 0x7b]],
  ['more bytes than there is memory', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f]],
])('a process that writes %s instead of messages is ended, and nothing else', async (_name, bytes) => {
  const entry = join(folder, 'noise.mjs');
  await writeFile(
    entry,
    `import { writeSync } from 'node:fs'; writeSync(${MESSAGE_PIPE}, Buffer.from(${JSON.stringify(bytes)})); setInterval(() => {}, 1000);`,
  );
  const replies: unknown[] = [];
  const link = new ProcessLink({ entry: pathToFileURL(entry), memoryLimitBytes: undefined, onReply: (reply) => replies.push(reply) });
  expect(await link.ended).toContain('SIGKILL');
  expect(replies).toEqual([]);
  expect(sessionProcessIds()).toEqual([]);
});
