import { readFile } from 'node:fs/promises';

const UNITS: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 };
const WATCH_MILLISECONDS = 50;
/** Node.js, and what DuckDB holds for files that it reads and writes. */
const BESIDE_THE_LIMIT_BYTES = 512 * 2 ** 20;

/** How many bytes of memory an engine process may have resident under a limit of DuckDB such as `1GB`; `undefined` for one that cannot be read. */
export function residentLimitOf(memoryLimit: string): number | undefined {
  const [, amount, unit = ''] = /^\s*([\d.]+)\s*([KMGT]i?B)\s*$/i.exec(memoryLimit) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  return amount === undefined || factor === undefined ? undefined : 1.5 * Number(amount) * factor + BESIDE_THE_LIMIT_BYTES;
}

/**
 * Looks at the resident memory of a process until the returned timer is cleared, and tells when it is over the limit. DuckDB does not
 * count all it allocates, lists for one, and a process that is let be takes the memory of the whole machine. Sees nothing where the
 * system has no /proc.
 */
export function watchMemory(pid: number | undefined, limitBytes: number | undefined, onExceeded: (bytes: number) => void): NodeJS.Timeout | undefined {
  if (pid === undefined || limitBytes === undefined) return undefined;
  const look = async (): Promise<void> => {
    const bytes = await residentBytesOf(pid);
    if (bytes !== undefined && bytes > limitBytes) onExceeded(bytes);
  };
  return setInterval(() => void look(), WATCH_MILLISECONDS);
}

async function residentBytesOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
