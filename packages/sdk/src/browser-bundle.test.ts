import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const LIMIT_KILOBYTES = 16.75;

test(`a browser bundle needs nothing of Node and takes at most ${LIMIT_KILOBYTES} kB compressed`, async () => {
  const { metafile, outputFiles, warnings } = await build({
    entryPoints: [fileURLToPath(new URL('./index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@millrace/source'],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  const parts = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  expect(parts.filter((part) => part.startsWith('node:') || /node_modules\/(zod|graphql)\//.test(part))).toEqual([]);
  const [bundle] = outputFiles;
  const kilobytes = gzipSync(bundle?.contents ?? new Uint8Array()).length / 1_000;
  expect(kilobytes).toBeGreaterThan(1);
  expect(kilobytes).toBeLessThan(LIMIT_KILOBYTES);
});
