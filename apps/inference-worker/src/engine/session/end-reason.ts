import type { ChildProcess } from 'node:child_process';

/** What a process says last explains its end; more of it explains no better. */
const LAST_WORDS = 500;

const CAUSES: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGFPE: 'SIGFPE, as of the least integer divided by -1',
  SIGSEGV: 'SIGSEGV, as of a read outside of a tensor',
  SIGKILL: 'SIGKILL, from outside or for want of memory',
};

/** Resolves when a process has ended, with why in the words of the system and its own. */
export function endReasonOf(child: ChildProcess): Promise<string> {
  let lastWords = '';
  child.stderr?.on('data', (text: Buffer) => {
    lastWords = (lastWords + text.toString()).slice(-LAST_WORDS);
  });
  // The end of the process tells what there is to tell.
  for (const pipe of child.stdio) pipe?.on('error', () => undefined);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      for (const pipe of child.stdio) pipe?.destroy();
      const words = lastWords.trim();
      resolve(`${signal === null ? `exit code ${code}` : (CAUSES[signal] ?? signal)}${words === '' ? '' : `: ${words}`}`);
    });
  });
}
