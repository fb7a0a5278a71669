import { mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BoundedLogs } from './bounded-logs.ts';

it('a log that is full is put aside once, and whoever writes it goes on in the emptied file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-logs-'));
  const logs = new BoundedLogs({ folder, mostBytes: 100, tell: (what) => expect.fail(what) });
  const writer = await open(join(folder, 'node.log'), 'a');
  try {
    await writeFile(join(folder, 'small.log'), 'short');
    for (const round of ['a', 'b', 'c']) {
      await writer.write(round.repeat(120));
      await logs.bound();
    }
    await writer.write('last');
    await logs.bound();
    expect((await readdir(folder)).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['node.full.log', 'node.log', 'small.log']);
    expect(await readFile(join(folder, 'node.full.log'), 'utf8')).toBe('c'.repeat(120));
    expect(await readFile(join(folder, 'node.log'), 'utf8')).toBe('last');
  } finally {
    logs.close();
    await writer.close();
    await rm(folder, { recursive: true, force: true });
  }
});
