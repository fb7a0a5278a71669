import { open, readFile, rename, type FileHandle } from 'node:fs/promises';

const KEPT = 3;
const TAIL_CHARACTERS = 2000;

/** One file for each start; the ones of the last three starts are kept beside it, numbered. */
export async function rotateLog(file: string): Promise<void> {
  const numbered = (n: number): string => (n === 0 ? file : file.replace(/\.log$/, `.${n}.log`));
  for (let n = KEPT - 1; n >= 0; n--) await rename(numbered(n), numbered(n + 1)).catch(() => {});
}

/** To hand to a child as its output; it writes on when this process is gone. */
export function appendTo(file: string): Promise<FileHandle> {
  return open(file, 'a', 0o600);
}

/** The end of a log, for an error message. */
export async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.slice(-TAIL_CHARACTERS).trim();
}

/** The reason in the last line that tells an error, or the end of the log. */
export async function reasonIn(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n');
  for (const line of lines.toReversed()) {
    const message = errorMessage(line);
    if (message !== undefined) return message;
  }
  return tailOf(file);
}

function errorMessage(line: string): string | undefined {
  try {
    const { error } = JSON.parse(line) as { error?: { message?: string } };
    return error?.message;
  } catch {
    return undefined;
  }
}
