import { expect, it } from 'vitest';
import { BatchLoader } from './batch-loader.ts';

function loaderOf(): { loader: BatchLoader<string, string>; reads: (readonly string[])[] } {
  const reads: (readonly string[])[] = [];
  const loader = new BatchLoader<string, string>((keys) => {
    reads.push(keys);
    return Promise.resolve(new Map(keys.filter((key) => key !== 'absent').map((key) => [key, key.toUpperCase()])));
  });
  return { loader, reads };
}

it('reads once what siblings ask for, each key once', async () => {
  const { loader, reads } = loaderOf();
  expect(await Promise.all([loader.load('a'), loader.load('b'), loader.load('a'), loader.load('absent')])).toEqual(['A', 'B', 'A', undefined]);
  expect(reads).toEqual([['a', 'b', 'absent']]);
});

it('remembers nothing between turns', async () => {
  const { loader, reads } = loaderOf();
  await loader.load('a');
  await loader.load('a');
  expect(reads).toEqual([['a'], ['a']]);
});

it('tells everybody who asked when the read fails', async () => {
  const loader = new BatchLoader<string, string>(() => Promise.reject(new Error('away')));
  const asked = await Promise.allSettled([loader.load('a'), loader.load('b')]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
