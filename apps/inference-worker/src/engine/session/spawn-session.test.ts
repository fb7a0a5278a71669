import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Opens files until there are no more to be had, and then asks for sessions in processes of their own. */
const SCRIPT = `
import { openSync } from 'node:fs';
import { LiveSession } from '${new URL('./live-session.ts', import.meta.url).href}';
import { ScoringSession } from '${new URL('../../scoring/scoring-session.ts', import.meta.url).href}';
try {
  for (;;) openSync('/dev/null', 'r');
} catch (error) {
  console.log(error.code);
}
const told = (error) => console.log(error.code, error.retryable);
const source = { path: '/nowhere', digest: 'sha256:0' };
await LiveSession.open({ source, provider: 'cpu', isolation: 'process' }, new AbortController().signal).catch(told);
await ScoringSession.open({}, () => undefined).catch(told);
setImmediate(() => console.log('alive'));
`;

test('a session process that cannot be started for want of files fails its load, and nothing else', async () => {
  const node = [process.execPath, '--conditions=@millrace/source', '--input-type=module', '--eval', SCRIPT];
  const { stdout } = await run('/bin/sh', ['-c', 'ulimit -n 64; exec "$@"', 'sh', ...node]);
  expect(stdout.trim().split('\n')).toEqual(['EMFILE', 'UNAVAILABLE true', 'UNAVAILABLE true', 'alive']);
});
