import { readdir, readFile } from 'node:fs/promises';

/** Memory of a process tree in MiB: of all together, and the largest that the named processes reached by themselves. */
export interface MemoryPeak {
  readonly total: number;
  readonly single: number;
}

/**
 * Watches the resident memory of a process and all that it started (Linux). Pages that processes share are divided among
 * them (proportional set size), so that the sum is what the machine really gives.
 */
export function watchMemory(rootPid: number, singlePid: () => number | undefined): { stop(): Promise<MemoryPeak> } {
  const peak = { total: 0, single: 0 };
  const stopping = new AbortController();
  const sample = async (): Promise<void> => {
    const sizes = await Promise.all((await descendants(rootPid)).map(residentMebibytes));
    peak.total = Math.max(
      peak.total,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    const single = singlePid();
    if (single !== undefined) peak.single = Math.max(peak.single, await residentMebibytes(single));
  };
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await sample();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await watching;
      return peak;
    },
  };
}

async function descendants(rootPid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined);
    if (stat !== undefined) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isBelow = (pid: number): boolean => pid === rootPid || (parents.has(pid) && isBelow(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isBelow);
}

async function residentMebibytes(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
}
