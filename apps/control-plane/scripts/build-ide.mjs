// Bundles the IDE and the workers of its editor into dist/ide: the served page loads nothing from anywhere else.
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const { resolve } = createRequire(import.meta.url);
const outdir = at('../dist/ide/assets');

const shared = {
  bundle: true,
  minify: true,
  outdir,
  platform: 'browser',
  target: 'es2022',
  logLevel: 'warning',
  legalComments: 'linked',
  loader: { '.ttf': 'file', '.woff': 'file', '.woff2': 'file' },
  assetNames: '[name]-[hash]',
  define: { 'process.env.NODE_ENV': '"production"' },
};
await build({ ...shared, entryPoints: { ide: at('../ide/ide.mjs') }, format: 'esm', splitting: true, chunkNames: 'chunk-[hash]' });
await build({
  ...shared,
  format: 'iife',
  entryPoints: {
    'editor.worker': resolve('monaco-editor/esm/vs/editor/editor.worker.js'),
    'json.worker': resolve('monaco-editor/esm/vs/language/json/json.worker.js'),
    'graphql.worker': resolve('monaco-graphql/esm/graphql.worker.js'),
  },
});
await mkdir(at('../dist/ide'), { recursive: true });
await copyFile(at('../ide/index.html'), at('../dist/ide/index.html'));
