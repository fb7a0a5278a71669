import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { dev } from './dev.ts';
import { quickstart } from './quickstart.ts';
import { REPOSITORY } from './services/millrace-services.ts';
import type { Verb } from './verb.ts';

const VERBS: Readonly<Record<string, { readonly run: Verb; readonly usage: string }>> = {
  quickstart: { run: quickstart, usage: 'npm run quickstart [-- [--once] [--json]]' },
  dev: { run: dev, usage: 'npm run dev' },
};

const [name = '', ...args] = process.argv.slice(2);
const verb = VERBS[name];
if (verb === undefined) {
  console.error(`There is no verb "${name}". There are: ${Object.keys(VERBS).join(', ')}.`);
  process.exit(2);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
if (process.connected) process.once('disconnect', () => stopping.abort());
// A reader that went away, as in `| head`, is no reason to leave children behind.
process.stdout.on('error', () => stopping.abort());

try {
  const stateDir = process.env['MILLRACE_STATE_DIR'] ?? join(REPOSITORY, '.millrace');
  process.exit(await verb.run({ args, stateDir, signal: stopping.signal, write: (text) => process.stdout.write(text) }));
} catch (error) {
  if (stopping.signal.aborted) process.exit(130);
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    console.error(`${name}: ${error.message}\nUsage: ${verb.usage}`);
    process.exit(2);
  }
  console.error(error instanceof MillraceError ? `${error.code}: ${error.message}` : error);
  process.exit(1);
}
