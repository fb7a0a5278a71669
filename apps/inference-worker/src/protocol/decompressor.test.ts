import { expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { Decompressor } from './decompressor.ts';

const MIB = 1024 * 1024;

test('bodies that unpack to much are unpacked a few at a time, in the order they came, and beyond a bound refused', async () => {
  const decompressor = new Decompressor(MIB);
  const bomb = gzipSync(Buffer.alloc(MIB));
  const client = { gone: false };
  const all = Array.from({ length: 10_000 }, () => decompressor.decompress({ body: bomb, encoding: 'gzip', client }));
  const late = decompressor.decompress({ body: bomb, encoding: 'gzip', client });
  await expect(late).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  client.gone = true;
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(4);
  expect(outcomes.some((outcome) => outcome.status === 'rejected' && (outcome.reason as { code?: string }).code === 'CANCELLED')).toBe(true);
  client.gone = false;
  const again = await Promise.all(Array.from({ length: 20 }, () => decompressor.decompress({ body: bomb, encoding: 'gzip', client })));
  expect(again.map(({ length }) => length)).toEqual(Array.from({ length: 20 }, () => MIB));
});
