import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const source = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
let examples: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-contracts-examples-'));
  const names = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const texts = await Promise.all(names.map((name) => readFile(join(source, name), 'utf8')));
  const inComments = texts.flatMap((text) => [...text.matchAll(/^ \* ```ts\n([\s\S]*?)^ \* ```$/gm)].map(([, block = '']) => block.replaceAll(/^ \* ?/gm, '')));
  const readme = await readFile(join(source, '../README.md'), 'utf8');
  examples = [...inComments, ...[...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)];
});
afterAll(() => rm(folder, { recursive: true }));

test('every export is used in an example', async () => {
  const index = await readFile(join(source, 'index.ts'), 'utf8');
  const names = [...index.matchAll(/\{([^}]*)\} from/g)].flatMap(([, list = '']) => list.split(',').map((entry) => entry.replace(/^\s*type\s/, '').trim()));
  const imported = new Set(examples.flatMap((example) => [...example.matchAll(/[A-Za-z_]\w*/g)].map(([word]) => word)));
  expect(names.length).toBeGreaterThan(90);
  expect(names.filter((name) => name !== '' && !imported.has(name))).toEqual([]);
});

test('every example in the documentation comments and the README compiles', async () => {
  await Promise.all(examples.map((example, position) => writeFile(join(folder, `example-${position}.mts`), example)));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { noEmit: true, noUnusedLocals: false, paths: { '@millrace/contracts': [join(source, 'index.ts')] } },
      include: ['*.mts'],
    }),
  );
  const checked = await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(checked.stdout).toBe('');
}, 30_000);
