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

/** The names that `index.ts` exports from files of this package. */
function publicNames(): { readonly file: string; readonly name: string }[] {
  const index = files.find(({ path }) => path === 'index.ts')?.text ?? '';
  return [...index.matchAll(/\{([^}]*)\} from '\.\/([^']+)'/g)].flatMap(([, list = '', file = '']) =>
    list
      .split(',')
      .map((entry) => ({ file, name: entry.replace(/^\s*type\s/, '').trim() }))
      .filter(({ name }) => name !== ''),
  );
}

test('every export of the package is documented with an example', () => {
  const names = publicNames();
  expect(names.length).toBeGreaterThan(60);
  const bare = names.filter(({ file, name }) => {
    const text = files.find(({ path }) => path === file)?.text ?? '';
    const [, comment = ''] = new RegExp(String.raw`/\*\*((?:(?!\*/)[\s\S])*)\*/\nexport (?:type|interface|class|const) ${name}\b`).exec(text) ?? [];
    return examplesOf(comment).length === 0;
  });
  expect(bare).toEqual([]);
});

test('every example in the documentation comments and the README compiles', async () => {
  const readme = await readFile(join(source, '../README.md'), 'utf8');
  const inReadme = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const examples = [...files.flatMap(({ text }) => examplesOf(text)), ...inReadme];
  expect(examples.length).toBeGreaterThan(60);
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
