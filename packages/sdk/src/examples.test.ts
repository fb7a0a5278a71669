import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const source = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
let files: { readonly path: string; readonly text: string }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-sdk-examples-'));
  const names = (await readdir(source, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('generated'),
  );
  files = await Promise.all(names.map(async (path) => ({ path, text: await readFile(join(source, path), 'utf8') })));
});
afterAll(() => rm(folder, { recursive: true }));

function examplesOf(text: string): string[] {
  return [...text.matchAll(/^ \* ```ts\n([\s\S]*?)^ \* ```$/gm)].map(([, block = '']) => block.replaceAll(/^ \* ?/gm, ''));
}

test('every public class has an example', () => {
  const index = files.find(({ path }) => path === 'index.ts')?.text ?? '';
  const bare = files.filter(({ text }) => {
    const name = /^export class (\w+)/m.exec(text)?.[1];
    return name !== undefined && new RegExp(`\\b${name}\\b`).test(index) && examplesOf(text).length === 0;
  });
  expect(bare.map(({ path }) => path)).toEqual([]);
});

test('every example in the documentation comments and the README compiles', async () => {
  const readme = await readFile(join(source, '../README.md'), 'utf8');
  const inReadme = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const examples = [...files.flatMap(({ text }) => examplesOf(text)), ...inReadme];
  expect(examples.length).toBeGreaterThan(25);
  await Promise.all(examples.map((example, index) => writeFile(join(folder, `example-${index}.mts`), example)));
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: true,
        noUnusedLocals: false,
        paths: { '@millrace/sdk': [join(source, 'index.ts')] },
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: ['*.mts'],
    }),
  );
  const checked = await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(checked.stdout).toBe('');
}, 30_000);
