import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { LineDestination } from '@millrace/service-kit';
import { admin } from './admin.ts';
import { dev } from './dev.ts';
import { quickstart } from './quickstart.ts';
import { REPOSITORY } from './services/millrace-services.ts';
import type { Verb } from './verb.ts';

const VERBS: Readonly<Record<string, { readonly run: Verb; readonly usage: string }>> = {
  quickstart: { run: quickstart, usage: 'npm run quickstart [-- [--once] [--json]]' },
  dev: { run: dev, usage: 'npm run dev' },
  admin: { run: admin, usage: 'npm run admin -- create-token' },
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
// A reader that went away, as in `| head`, is no reason to leave children behind, and a full disk behind the output none to stop.
const output = new LineDestination((bytes) => {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    stopIfUnread(error);
    throw error;
  }
});
for (const stream of [process.stdout, process.stderr]) stream.on('error', stopIfUnread);

try {
  const stateDir = process.env['MILLRACE_STATE_DIR'] ?? join(REPOSITORY, '.millrace');
  process.exit(await verb.run({ args, stateDir, signal: stopping.signal, write: (text) => output.write(text) }));
} catch (error) {
  if (stopping.signal.aborted) process.exit(130);
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    console.error(`${name}: ${error.message}\nUsage: ${verb.usage}`);
    process.exit(2);
  }
  console.error(error instanceof MillraceError ? `${error.code}: ${error.message}` : error);
  process.exit(1);
}

function stopIfUnread(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') stopping.abort();
}
