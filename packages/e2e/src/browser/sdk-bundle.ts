import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The public SDK as one script for browsers that puts its exports into the global `MillraceSdk`. */
export async function bundleSdk(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['@millrace/sdk'],
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    bundle: true,
    format: 'iife',
    globalName: 'MillraceSdk',
    platform: 'browser',
    conditions: ['@millrace/source'],
    write: false,
    logLevel: 'silent',
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild made no file of the SDK.');
  return script.text;
}
